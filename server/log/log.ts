/**
 * The log: one append-only sequence per session, `seq` dense from 1. Appends of all sessions are committed in groups;
 * an event exists, and may be shown, when its commit is done.
 */
import type { EventDraft, SessionEvent } from '../../shared/events.ts'
import type { Run, Session } from '../../shared/model.ts'

/** An event as stored: `data` is the exact JSON of its `SessionEvent`, the same bytes for every reader, for ever. */
export interface LogEntry {
  readonly sessionId: string
  readonly streamId: string
  readonly seq: number
  readonly prev: number
  readonly type: SessionEvent['type']
  readonly data: string
}

/** The answer that a repeated request gets; written in the transaction of the command's first event. */
export interface IdempotencyRow {
  /** Key id and `Idempotency-Key` together. */
  readonly key: string
  readonly requestHash: string
  readonly status: number
  readonly body: string
  readonly createdAt: string
}

/** Rows that change with an append, in its transaction. */
export interface Rows {
  /** The row as the events leave it; also carries fields that no event does (title, unread, …). */
  readonly session?: Session
  readonly runs?: readonly Run[]
  readonly idempotency?: IdempotencyRow
  /** Up to here a person has read: kept beside the row, from which `unread` derives. */
  readonly readSeq?: number
}

export interface SessionLog {
  readonly sessionId: string
  /** The last number given; its commit may be under way. */
  readonly head: number
  /** The last number that is durable. */
  readonly durableHead: number
  /**
   * Numbers the drafts at once and in order, calls `rowsFor` with the numbered events before it returns (so the owner
   * folds them there), and resolves with them when they are durable. Drafts may be empty: then only rows are written.
   * Resolutions come in the order of the calls. Rejects with `StaleOwner` when another owner has claimed the session,
   * with the store's error when it cannot write; nothing after a failed append is written by this owner.
   */
  append(
    drafts: readonly EventDraft[],
    rowsFor: (events: readonly SessionEvent[]) => Rows,
  ): Promise<readonly SessionEvent[]>
}

export interface Log {
  /** Claims the session: raises its owner epoch, which every append then carries. A new session has head 0. */
  open(sessionId: string): Promise<SessionLog>
  /** Durable entries with `seq > after`, ascending, in pages of at most `limit`; of one stream if given. */
  read(sessionId: string, after: number, options?: ReadOptions): AsyncIterable<readonly LogEntry[]>
  /** The last durable number; 0 for a session without events. */
  head(sessionId: string): Promise<number>
  /** The newest durable entry of a stream; null for one without. */
  lastOf(sessionId: string, streamId: string): Promise<LogEntry | null>
  /** Resolves when everything appended until now is durable. */
  flush(): Promise<void>
}

export interface ReadOptions {
  readonly streamId?: string
  readonly upTo?: number
  readonly limit?: number
}

/** Called in commit order with what has just become durable, before the appends resolve: the hub's and the feed's way in. */
export type OnCommitted = (commit: { entries: readonly LogEntry[]; sessions: readonly Session[] }) => void

export class StaleOwner extends Error {
  constructor(sessionId: string) {
    super(`Another owner has claimed ${sessionId}.`)
    this.name = 'StaleOwner'
  }
}

/** One append on its way to the store. */
export interface CommitBatch {
  readonly sessionId: string
  readonly ownerEpoch: number
  readonly entries: readonly LogEntry[]
  readonly rows: Rows
}

/** What the log needs of a store. `commit` is one transaction for all batches; a stale batch fails alone. */
export interface LogStorage {
  claim(sessionId: string): Promise<{ epoch: number; head: number; prevByStream: ReadonlyMap<string, number> }>
  commit(batches: readonly CommitBatch[]): Promise<readonly ('written' | 'stale')[]>
  readEntries(sessionId: string, after: number, options: ReadOptions & { limit: number }): Promise<readonly LogEntry[]>
  head(sessionId: string): Promise<number>
  lastOf(sessionId: string, streamId: string): Promise<LogEntry | null>
  /** Packs an ended stream's rows into one segment; reads give the same entries as before. */
  packStream(sessionId: string, streamId: string): Promise<void>
  /** Streams that have ended and are not packed: a crash came between. */
  unpacked(): Promise<readonly { readonly sessionId: string; readonly streamId: string }[]>
}
