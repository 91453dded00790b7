/**
 * Entries as they are read: segments and rows, merged by number. On the main loop, with a connection of its own: the
 * thread's commits do not wait for readers, nor these for them.
 */
import { countWithin } from '../../shared/bounded.ts'
import type { LogEntry, ReadOptions } from '../log/log.ts'
import { type Segment, unpackSegment } from '../log/segments.ts'
import { busyTimeoutMs, pageBytes, rowsAtOnce, segmentsAtOnce } from './limits.ts'
import type { Sqlite } from './sqlite.ts'

export interface LogReader {
  /** A page may be shorter than `limit`; only an empty one means that there is nothing more. */
  readEntries(sessionId: string, after: number, options: ReadOptions & { limit: number }): LogEntry[]
  head(sessionId: string): number
  lastOf(sessionId: string, streamId: string): LogEntry | null
}

interface Range {
  readonly sessionId: string
  readonly after: number
  readonly upTo: number
  readonly streamId: string | null
  readonly limit: number
}

export function createLogReader(database: Sqlite): LogReader {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  database.exec('PRAGMA query_only = ON')
  const headOf = database.prepare('SELECT head FROM logs WHERE session_id = ? AND removed_at IS NULL')
  return {
    head: (sessionId) => Number(headOf.all([sessionId])[0]?.head ?? 0),
    readEntries(sessionId, after, { streamId = null, upTo = Number.MAX_SAFE_INTEGER, limit }) {
      return inOneView(database, () => readPage(database, { sessionId, after, upTo, streamId, limit }))
    },
    lastOf: (sessionId, streamId) => inOneView(database, () => readLast(database, sessionId, streamId)),
  }
}

/** For what asks both tables: between two queries a stream could be packed, and be read twice or not at all. */
function inOneView<T>(database: Sqlite, work: () => T): T {
  database.exec('BEGIN')
  try {
    return work()
  } finally {
    database.exec('COMMIT')
  }
}

/** Entries of which nothing between the first and `wholeUpTo` is left out. */
interface Part {
  readonly entries: LogEntry[]
  readonly wholeUpTo: number
}

function readPage(database: Sqlite, range: Range): LogEntry[] {
  const packed = readSegments(database, range)
  const rows = readRows(database, { ...range, upTo: packed.wholeUpTo })
  const entries = packed.entries.concat(rows.entries)
  if (rows.entries.length > 0 && packed.entries.length > 0) entries.sort(bySeq)
  const end = entries.findIndex((entry) => entry.seq > rows.wholeUpTo)
  return entries.slice(0, Math.min(end < 0 ? entries.length : end, range.limit))
}

/** Segments in order, until there is a page before the next one begins. Those of streams that ran at once overlap. */
function readSegments(database: Sqlite, range: Range): Part {
  const { sessionId, after, upTo, streamId, limit } = range
  const inRange = database.prepare(
    `SELECT id, first_seq FROM segments
     WHERE session_id = ?1 AND last_seq > ?2 AND first_seq <= ?3 AND (?4 IS NULL OR stream_id = ?4)
     ORDER BY first_seq LIMIT ${segmentsAtOnce}`,
  )
  const candidates = inRange.all([sessionId, after, upTo, streamId])
  const entries: LogEntry[] = []
  for (const { id, first_seq } of candidates) {
    const before = entries.filter((entry) => entry.seq < Number(first_seq))
    if (isPage(before, limit)) return { entries: before.sort(bySeq), wholeUpTo: Number(first_seq) - 1 }
    for (const entry of unpackSegment(sessionId, readSegment(database, Number(id))))
      if (entry.seq > after && entry.seq <= upTo) entries.push(entry)
  }
  const isCut = candidates.length === segmentsAtOnce
  return { entries: entries.sort(bySeq), wholeUpTo: isCut ? Number(candidates.at(-1)?.first_seq) : upTo }
}

function isPage(entries: readonly LogEntry[], limit: number): boolean {
  return entries.length >= limit || countWithin(entries, pageBytes / 2, (entry) => entry.data.length) < entries.length
}

function readSegment(database: Sqlite, id: number): Segment {
  const [row] = database
    .prepare(
      `SELECT stream_id AS streamId, first_seq AS firstSeq, last_seq AS lastSeq, first_prev AS firstPrev, shape, lines
       FROM segments WHERE id = ?`,
    )
    .all([id])
  return row as unknown as Segment
}

function readRows(database: Sqlite, range: Range): Part {
  const { sessionId, upTo, streamId, limit } = range
  const nextRows = database.prepare(
    `SELECT session_id AS sessionId, stream_id AS streamId, seq, prev, type, data FROM entries
     WHERE session_id = ?1 AND seq > ?2 AND seq <= ?3 AND (?4 IS NULL OR stream_id = ?4)
     ORDER BY seq LIMIT ${rowsAtOnce}`,
  )
  const entries: LogEntry[] = []
  let bytes = 0
  for (;;) {
    const rows = nextRows.all([sessionId, entries.at(-1)?.seq ?? range.after, upTo, streamId]) as unknown as LogEntry[]
    for (const row of rows) {
      entries.push(row)
      bytes += row.data.length
    }
    if (rows.length < rowsAtOnce) return { entries, wholeUpTo: upTo }
    if (entries.length >= limit || bytes >= pageBytes) return { entries, wholeUpTo: entries.at(-1)?.seq ?? upTo }
  }
}

function readLast(database: Sqlite, sessionId: string, streamId: string): LogEntry | null {
  const lastRow = database.prepare(
    `SELECT session_id AS sessionId, stream_id AS streamId, seq, prev, type, data FROM entries
     WHERE session_id = ? AND stream_id = ? ORDER BY seq DESC LIMIT 1`,
  )
  const [row] = lastRow.all([sessionId, streamId])
  if (row) return row as unknown as LogEntry
  const lastSegment = database.prepare(
    'SELECT id FROM segments WHERE session_id = ? AND stream_id = ? ORDER BY last_seq DESC LIMIT 1',
  )
  const [segment] = lastSegment.all([sessionId, streamId])
  return segment ? (unpackSegment(sessionId, readSegment(database, Number(segment.id))).at(-1) ?? null) : null
}

function bySeq(one: LogEntry, other: LogEntry): number {
  return one.seq - other.seq
}
