/**
 * Fan-out: what is durable goes to everybody who watches. A frame is made once per event and shared as bytes; every
 * queue is bounded; publishing never waits for a reader. Who falls behind is caught up from the ring, then from the
 * log, else by an explicit `reset`.
 */
import type { ServerResponse } from 'node:http'
import type { Draft, Project, Provider, Session, Settings } from '../../shared/model.ts'
import type { Snapshot } from '../../shared/state.ts'
import type { OnCommitted } from '../log/log.ts'

/** The last `seq` that the reader has; `snapshot`: begin with one; a string that is no cursor gets a `reset`. */
export type Cursor = number | 'snapshot' | { readonly invalid: string }

export interface Hub {
  /** The log's way in: publishes entries and rows that have just become durable. */
  readonly onCommitted: OnCommitted
  readonly feed: Feed
  /**
   * One stream (`*`: all of the session) on its own response, which it writes head and body of. Resolves when the
   * response is over: `turn_ended` of that stream was sent, the reader left, `signal` aborted.
   */
  stream(outgoing: ServerResponse, request: StreamRequest): Promise<void>
  /** Whether a reader with that cursor has all of a stream that has ended: the answer is then 204, and no stream. */
  isAtEnd(sessionId: string, streamId: string, after: Cursor): Promise<boolean>
  /** `POST /api/live`: everything a browser watches on one response. Resolves when it is over. */
  live(outgoing: ServerResponse, request: LiveRequest): Promise<void>
  /** Changes what a live connection carries. False: there is none of that id for that key. */
  change(connectionId: string, keyId: string, change: LiveChange): boolean
  /** Throws `too_many_streams` when the cap, in all or of that key, is reached; counts until the response is over. */
  admit(keyId: string): void
  /** Ends every response of a key within a second: it was revoked. */
  closeKey(keyId: string): void
  /** The session was removed: its streams end. */
  removed(sessionId: string): void
  /** A stream that had not begun was taken out of its queue: nothing will ever come of it, and its readers' responses end. */
  dropped(sessionId: string, streamId: string): void
  /** For the health of the house: open responses and unsent bytes. */
  stats(): { connections: number; subscriptions: number; unsentBytes: number; resets: number }
  close(): void
}

export interface StreamRequest {
  readonly keyId: string
  readonly sessionId: string
  readonly streamId: string
  readonly after: Cursor
  readonly signal: AbortSignal
}
export interface LiveRequest {
  readonly keyId: string
  /** Absent: no feed. Null: from now on. */
  readonly feed?: { readonly after: string | null }
  readonly sessions: readonly { readonly id: string; readonly after: Cursor }[]
  readonly signal: AbortSignal
}
export interface LiveChange {
  readonly add?: readonly { readonly id: string; readonly after: Cursor }[]
  readonly remove?: readonly string[]
  readonly visible?: boolean
  readonly ping?: boolean
}

/** Changes of rows, compacted to the newest of each; at most one frame per session every 250 ms. */
export interface Feed {
  /** Opaque; changes since then can be asked for as long as this process runs. */
  cursor(): string
  session(session: Session): void
  sessionRemoved(id: string): void
  project(project: Project): void
  projectRemoved(id: string): void
  providers(providers: readonly Provider[]): void
  settings(settings: Settings): void
  draft(key: string, draft: Draft, by: string | null): void
}

/** What the hub asks the house: a cut of a session's durable state; null for one that is unknown or removed. */
export type SnapshotOf = (sessionId: string) => Promise<Snapshot | null>
