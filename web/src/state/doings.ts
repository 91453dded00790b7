/**
 * What a person asked for and has not got yet: under way, or failed. By the thing it is about, never by what is on
 * screen, so that a card that could not be sent says so itself, wherever it is shown.
 */
import type { Key } from './observe.ts'

/** `code`: one of the server's, or `offline`, `timeout`. `detail`: a sentence that a person can act on. */
export interface Failure {
  readonly code: string
  readonly detail: string
  /** The problem's other fields: who resolved it, which stream is active, … */
  readonly more: Readonly<Record<string, unknown>>
}
export type Doing = { readonly state: 'busy' } | { readonly state: 'failed'; readonly failure: Failure }

/** The names of things that can be under way. */
export const doingOf = {
  login: 'login',
  create: 'create',
  send: (sessionId: string) => `send/${sessionId}`,
  stop: (streamId: string) => `stop/${streamId}`,
  permission: (id: string) => `permission/${id}`,
  question: (id: string) => `question/${id}`,
  /** Rename, pin, archive, remove, model and options. */
  row: (sessionId: string) => `row/${sessionId}`,
  queue: (sessionId: string) => `queue/${sessionId}`,
  /** One message that waits. */
  queued: (messageId: string) => `queued/${messageId}`,
  older: (sessionId: string) => `older/${sessionId}`,
  project: 'project',
  settings: 'settings',
  provider: (id: string) => `provider/${id}`,
} as const

export interface Doings {
  get(name: string): Doing | null
  begin(name: string): void
  fail(name: string, failure: Failure): void
  /** Done, or dismissed by the person. */
  end(name: string): void
}

export function createDoings(touch: (key: Key) => void): Doings {
  const doings = new Map<string, Doing>()
  const set = (name: string, doing: Doing) => {
    doings.set(name, doing)
    touch(`doing:${name}`)
  }
  return {
    get: (name) => doings.get(name) ?? null,
    begin: (name) => set(name, { state: 'busy' }),
    fail: (name, failure) => set(name, { state: 'failed', failure }),
    end(name) {
      if (doings.delete(name)) touch(`doing:${name}`)
    },
  }
}
