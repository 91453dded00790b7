/**
 * The log's tables, as the store's thread writes them. A group of batches is one transaction; a batch whose owner has
 * been superseded is left out alone. Every function here runs between BEGIN and COMMIT of its own.
 */
import { firstWithin } from '../../shared/bounded.ts'
import type { LogEntry } from '../log/log.ts'
import { packEntries } from '../log/segments.ts'
import { segmentBytes, segmentEntries } from './limits.ts'
import type { Sqlite, SqlValue } from './sqlite.ts'

/** SQL and its values: rows that are written beside the entries. */
export type SqlWrite = readonly [sql: string, values: readonly SqlValue[]]

/** A `CommitBatch` as it crosses to the thread: its rows are statements by then. */
export interface WriteBatch {
  readonly sessionId: string
  readonly ownerEpoch: number
  readonly entries: readonly LogEntry[]
  readonly writes: readonly SqlWrite[]
}

export interface Claim {
  readonly epoch: number
  readonly head: number
  readonly prevs: readonly (readonly [streamId: string, seq: number])[]
}

const fence = 'UPDATE logs SET head = max(head, ?) WHERE session_id = ? AND owner_epoch = ? AND removed_at IS NULL'
const insertEntry = 'INSERT INTO entries (session_id, seq, stream_id, prev, type, data) VALUES (?, ?, ?, ?, ?, ?)'
const insertSegment =
  'INSERT INTO segments (session_id, stream_id, first_seq, last_seq, first_prev, shape, lines) VALUES (?, ?, ?, ?, ?, ?, ?)'

export function inTransaction<T>(database: Sqlite, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(database, error)
    throw error
  }
}

export function commitBatches(database: Sqlite, batches: readonly WriteBatch[]): ('written' | 'stale')[] {
  const raiseHead = database.prepare(fence)
  const addEntry = database.prepare(insertEntry)
  return inTransaction(database, () =>
    batches.map(({ sessionId, ownerEpoch, entries, writes }) => {
      if (raiseHead.run([entries.at(-1)?.seq ?? 0, sessionId, ownerEpoch]) === 0) return 'stale'
      for (const { seq, streamId, prev, type, data } of entries)
        addEntry.run([sessionId, seq, streamId, prev, type, data])
      for (const [sql, values] of writes) database.prepare(sql).run(values)
      return 'written'
    }),
  )
}

/** Null: the session was removed. */
export function claimLog(database: Sqlite, sessionId: string): Claim | null {
  return inTransaction(database, () => {
    const claimed = database.prepare(
      `INSERT INTO logs (session_id, owner_epoch, head) VALUES (?, 1, 0)
       ON CONFLICT (session_id) DO UPDATE SET owner_epoch = owner_epoch + 1 WHERE removed_at IS NULL
       RETURNING owner_epoch, head`,
    )
    const [row] = claimed.all([sessionId])
    if (!row) return null
    const lastOfEach = database.prepare(
      `SELECT stream_id, max(seq) AS seq FROM (
         SELECT stream_id, seq FROM entries WHERE session_id = ?
         UNION ALL SELECT stream_id, last_seq FROM segments WHERE session_id = ?)
       GROUP BY stream_id`,
    )
    const prevs = lastOfEach.all([sessionId, sessionId])
    return {
      epoch: Number(row.owner_epoch),
      head: Number(row.head),
      prevs: prevs.map((prev) => [String(prev.stream_id), Number(prev.seq)]),
    }
  })
}

/** Packs the first rows of a stream into one segment. True: there are more. Small steps let commits in between. */
export function packNext(database: Sqlite, sessionId: string, streamId: string): boolean {
  return inTransaction(database, () => {
    const firstRows = database.prepare(
      `SELECT seq, prev, type, data FROM entries WHERE session_id = ? AND stream_id = ?
       ORDER BY seq LIMIT ${segmentEntries}`,
    )
    const rows = firstRows.all([sessionId, streamId]) as unknown as LogEntry[]
    const taken = firstWithin(rows, segmentBytes, (row) => row.data.length).map((row) => ({
      ...row,
      sessionId,
      streamId,
    }))
    if (taken.length === 0) return false
    const { firstSeq, lastSeq, firstPrev, shape, lines } = packEntries(taken)
    database.prepare(insertSegment).run([sessionId, streamId, firstSeq, lastSeq, firstPrev, shape, lines])
    database
      .prepare('DELETE FROM entries WHERE session_id = ? AND stream_id = ? AND seq BETWEEN ? AND ?')
      .run([sessionId, streamId, firstSeq, lastSeq])
    return taken.length < rows.length || rows.length === segmentEntries
  })
}

/** A full disk ends the transaction by itself; then there is nothing to roll back. */
function rollBack(database: Sqlite, reason: unknown): void {
  try {
    database.exec('ROLLBACK')
  } catch (error) {
    const nothingOpen = error instanceof Error && /no transaction/.test(error.message)
    if (!nothingOpen) throw new AggregateError([reason, error], 'A transaction could not be rolled back.')
  }
}
