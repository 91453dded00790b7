/** Prompts: the first of a new chat, and every later one. What was typed stays in its draft until it is accepted. */
import { nanoid } from 'nanoid'
import type { CreateSessionInput, SendAnswer, SendTurnInput } from '../../../shared/api.ts'
import { idRandomLength } from '../../../shared/ids.ts'
import type { Draft, FilePart, Session } from '../../../shared/model.ts'
import { doingOf } from '../state/doings.ts'
import type { Route } from '../state/pane.ts'
import type { State } from '../state/state.ts'
import type { Drafting } from './drafting.ts'
import type { Outcome, Performer } from './perform.ts'

export interface NewSession {
  readonly provider: string
  readonly model: string | null
  readonly projectId: string | null
  readonly text: string
  readonly files?: FilePart[]
  readonly options?: Record<string, string>
}

export interface Sending {
  newSession(wish: NewSession): Promise<Outcome<Session>>
  /** Its draft; or these words, and the draft stays as it is. */
  send(sessionId: string, text?: string): Promise<Outcome>
}

export interface SendingParts {
  readonly state: State
  readonly performer: Performer
  readonly drafting: Drafting
  readonly navigate: (route: Route) => void
}

export function createSending({ state, performer, drafting, navigate }: SendingParts): Sending {
  const { drafts, rows, pane } = state
  // The ids of what was asked for and not accepted: asked for again unchanged, it is the same thing.
  const created = sameWishSameIds(() => ({ id: newId('ses'), messageId: newId('msg') }))
  const sent = sameWishSameIds(() => ({ messageId: newId('msg') }))

  return {
    newSession: (wish) =>
      performer.perform(doingOf.create, async () => {
        const { text, files = [], ...choice } = wish
        const body: CreateSessionInput = { ...created.of('new', wish), ...choice, text, ...withFiles(files) }
        const startedAt = pane.route
        const session = await performer.post<Session>('/api/sessions', body)
        created.accepted('new')
        rows.put(session)
        drafting.takeOut('new', { text, files })
        // Who has gone elsewhere in the meantime is not pulled away; the row is there.
        if (pane.route === startedAt) navigate({ name: 'session', sessionId: session.id })
        return session
      }),

    async send(sessionId, text) {
      const draft = text === undefined ? drafts.get(sessionId) : { text, files: [] }
      if (draft.text.trim() === '') return { ok: false, failure: nothingTyped }
      return performer.perform(doingOf.send(sessionId), async () => {
        const body: SendTurnInput = { ...sent.of(sessionId, draft), text: draft.text, ...withFiles(draft.files) }
        await performer.post<SendAnswer>(`/api/sessions/${sessionId}/turns`, body)
        sent.accepted(sessionId)
        if (text === undefined) drafting.takeOut(sessionId, draft)
      })
    },
  }
}

const nothingTyped = { code: 'empty', detail: 'Type something first.', more: {} }

function withFiles(files: Draft['files']): { files?: FilePart[] } {
  return files.length > 0 ? { files } : {}
}

function newId(prefix: 'ses' | 'msg'): string {
  return `${prefix}_${nanoid(idRandomLength)}`
}

function sameWishSameIds<Ids>(make: () => Ids) {
  const open = new Map<string, { words: string; ids: Ids }>()
  return {
    of(key: string, wish: unknown): Ids {
      const words = JSON.stringify(wish)
      const known = open.get(key)
      if (known?.words === words) return known.ids
      const ids = make()
      open.set(key, { words, ids })
      return ids
    },
    accepted: (key: string) => void open.delete(key),
  }
}
