/** The room of sessions over a store in memory and scripted runtimes, as one server's life; it can be started again. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { nanoid } from 'nanoid'
import { createLog } from '../../../server/log/create.ts'
import type { LogEntry } from '../../../server/log/log.ts'
import { createSessions, type SessionsRoom } from '../../../server/sessions/create-sessions.ts'
import type { Command } from '../../../server/sessions/sessions.ts'
import type { CreateSessionInput, SessionAnswer } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Message, Session } from '../../../shared/model.ts'
import { createFakeRuntimes, type FakePrompt, type FakeRuntimes, waitFor } from './fake-runtimes.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'

export interface Room {
  readonly sessions: SessionsRoom
  readonly store: MemoryStore
  readonly runtimes: FakeRuntimes
  /** Rows in the order in which they became durable. */
  readonly rows: Session[]
  readonly committed: LogEntry[]
  readonly removed: string[]
  readonly errors: object[]
  readonly scratchDir: string
  create(body?: Partial<CreateSessionInput>): Promise<Session>
  send(id: string, text: string, more?: object): ReturnType<SessionsRoom['send']>
  get(id: string): Promise<SessionAnswer>
  row(id: string): Promise<Session>
  events(id: string): SessionEvent[]
  types(id: string): string[]
  /** Waits until the row is as wanted. */
  until(id: string, wanted: (session: Session) => boolean): Promise<Session>
  untilState(id: string, state: Session['state']): Promise<Session>
  /** Sends, and waits until its runtime has the prompt. */
  prompt(id: string, text: string): Promise<FakePrompt>
  /** The server is gone without a word; another starts on the same store. */
  restart(): Promise<Room>
}

export const person: Command = { actor: { keyId: 'key_1', kind: 'person', name: 'Ada' }, idempotency: null }
export const program: Command = { actor: { keyId: 'key_2', kind: 'program', name: 'ci' }, idempotency: null }

export function createRoom(store: MemoryStore = createMemoryStore()): Room {
  const runtimes = createFakeRuntimes()
  const scratchDir = mkdtempSync(join(tmpdir(), 'heddle-sessions-'))
  const rows: Session[] = []
  const committed: LogEntry[] = []
  const removed: string[] = []
  const errors: object[] = []
  const log = createLog(store.log, {
    onCommitted({ entries, sessions }) {
      committed.push(...entries)
      rows.push(...sessions)
    },
  })
  const silent = () => undefined
  const sessions = createSessions({
    log,
    store,
    runtimes,
    clock: Date.now,
    newId: (prefix) => `${prefix}_${nanoid(22)}`,
    scratchDir,
    logger: { info: silent, warn: silent, error: (fields) => void errors.push(fields) },
    onRemoved: (id) => void removed.push(id),
    onTakenBack: silent,
  })
  const room: Room = {
    sessions,
    store,
    runtimes,
    rows,
    committed,
    removed,
    errors,
    scratchDir,
    async create(body = {}) {
      const full = { kind: 'chat' as const, mode: 'chat' as const, provider: 'fake', ...body }
      return (await sessions.create(full, person)).session
    },
    send: (id, text, more = {}) => sessions.send(id, { text, whenBusy: 'queue', ...more }, person),
    get: (id) => sessions.get(id),
    row: async (id) => (await sessions.get(id)).session,
    events: (id) => (store.entries.get(id) ?? []).map(({ data }) => JSON.parse(data)),
    types: (id) => room.events(id).map(({ type }) => type),
    until: (id, wanted) =>
      waitFor(async () => {
        const row = await room.row(id)
        if (!wanted(row)) throw new Error(`Not yet: ${row.state}`)
        return row
      }),
    untilState: (id, state) => room.until(id, (row) => row.state === state),
    async prompt(id, text) {
      const { streamId } = await room.send(id, text)
      return promptOf(runtimes, streamId)
    },
    async restart() {
      const next = createRoom(store)
      await next.sessions.recover()
      return next
    },
  }
  return room
}

export function promptOf(runtimes: FakeRuntimes, streamId: string): Promise<FakePrompt> {
  return waitFor(() => {
    const prompt = runtimes.opened.flatMap(({ prompts }) => prompts).find(({ turn }) => turn.turnId === streamId)
    if (!prompt) throw new Error('No runtime has this prompt')
    return prompt
  })
}

export function textOf(messages: readonly Message[], role: Message['role'] = 'assistant'): string {
  return messages
    .filter((message) => message.role === role)
    .flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])))
    .join('')
}

/** Everything that could happen without being asked for has happened. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn()
}

export const sent = (room: Room, id: string, type: SessionEvent['type']) =>
  room.events(id).filter((event) => event.type === type)
