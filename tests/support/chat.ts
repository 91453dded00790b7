/** A chat as a test drives it: over the wire contract, waiting for what is meant. */
import { nanoid } from 'nanoid'
import type { SendAnswer, SessionAnswer } from '../../shared/api.ts'
import type { SessionEvent } from '../../shared/events.ts'
import type { Message, Permission, Question, Session } from '../../shared/model.ts'
import { type Answer, type Client, eventOf } from './client.ts'

export interface Chat {
  readonly id: string
  get(): Promise<SessionAnswer>
  send(text: string, options?: { messageId?: string; whenBusy?: string }): Promise<SendAnswer>
  trySend(text: string, options?: { messageId?: string; whenBusy?: string }): Promise<Answer<Record<string, unknown>>>
  /** Every event of the session from the beginning until one satisfies `done`. */
  until(done: (event: SessionEvent, all: readonly SessionEvent[]) => boolean): Promise<SessionEvent[]>
  /** All events of a turn, to its end. */
  turn(streamId: string): Promise<SessionEvent[]>
  cancel(streamId: string): Promise<Answer<Record<string, unknown>>>
  decide(
    permission: Permission,
    kind: 'allow_once' | 'reject_once',
    reason?: string,
  ): Promise<Answer<Record<string, unknown>>>
  answer(question: Question, content: Record<string, string>): Promise<Answer<Record<string, unknown>>>
  /** The oldest thing that waits for a person, once there is one. */
  pending(): Promise<Permission | Question>
}

/** How long a test waits before it says what it saw instead; a real agent's cold start may take half of it. */
const patienceMs = 60_000

export async function openChat(client: Client, fields: Partial<Session> = {}): Promise<Chat> {
  const id = `ses_${nanoid(22)}`
  await client.ok('POST', '/api/sessions', { id, provider: 'demo', ...fields })
  return chatOf(client, id)
}

export function chatOf(client: Client, id: string): Chat {
  const path = `/api/sessions/${id}`
  const trySend: Chat['trySend'] = (text, options = {}) => client.request('POST', `${path}/turns`, { text, ...options })
  const read = async (stream: string, done: (event: SessionEvent, all: readonly SessionEvent[]) => boolean) => {
    const all: SessionEvent[] = []
    const signal = AbortSignal.timeout(patienceMs)
    const stop = new AbortController()
    try {
      for await (const frame of client.frames(`${path}/streams/${stream}/events`, {
        signal: AbortSignal.any([signal, stop.signal]),
      })) {
        if (frame.id === undefined) continue
        const event = eventOf(frame)
        all.push(event)
        if (done(event, all)) return all
      }
    } catch (error) {
      throw new Error(`Waited in vain; saw ${all.map((event) => event.type).join(' ')}`, { cause: error })
    } finally {
      stop.abort()
    }
    return all
  }
  return {
    id,
    trySend,
    get: () => client.ok('GET', path),
    send: (text, options = {}) => client.ok('POST', `${path}/turns`, { text, ...options }),
    until: (done) => read('*', done),
    turn: (streamId) => read(streamId, () => false),
    cancel: (streamId) => client.request('POST', `${path}/streams/${streamId}/cancel`, {}),
    decide(permission, kind, reason) {
      const optionId = permission.options.find((option) => option.kind === kind)?.optionId
      return client.request('POST', `${path}/streams/${permission.streamId}/permissions/${permission.id}`, {
        optionId,
        digest: permission.digest,
        ...(reason ? { reason } : {}),
      })
    },
    answer: (question, content) =>
      client.request('POST', `${path}/streams/${question.streamId}/questions/${question.id}`, {
        action: 'accept',
        content,
      }),
    async pending() {
      let found: Permission | Question | undefined
      await read('*', (event) => {
        if (event.type === 'permission_requested') found = event.permission
        if (event.type === 'question_asked') found = event.question
        const over = event.type === 'permission_resolved' || event.type === 'permission_expired'
        if (over && found?.id === event.permission.id) found = undefined
        if (event.type === 'question_answered' && found?.id === event.question.id) found = undefined
        return found !== undefined
      })
      if (!found) throw new Error('Nothing waits')
      return found
    },
  }
}

/** What a message says, its text parts joined. */
export function textOf(messages: readonly Message[], role: Message['role'] = 'assistant'): string {
  return messages
    .filter((message) => message.role === role)
    .flatMap((message) => message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])))
    .join('')
}

export function textOfEvents(events: readonly SessionEvent[]): string {
  return events.flatMap((event) => (event.type === 'agent_message_chunk' ? [event.text] : [])).join('')
}

/** `1 2 3 … n `: what `/demo count n` says. */
export const counted = (n: number) => Array.from({ length: n }, (_, index) => `${index + 1} `).join('')

export const endOf = (events: readonly SessionEvent[]) => events.find((event) => event.type === 'turn_ended')
