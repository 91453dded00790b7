/**
 * A segment: neighbouring entries of one ended stream as a single row. The lines are the entries' own JSON, byte for
 * byte; `shape` says which are what, so that nothing has to be parsed to read them back.
 */
import type { LogEntry } from './log.ts'

export interface Segment {
  readonly streamId: string
  readonly firstSeq: number
  readonly lastSeq: number
  /** `prev` of the first entry; each later one's is the entry before it. */
  readonly firstPrev: number
  /** JSON of `Stretch[]`. */
  readonly shape: string
  /** The entries' `data`, joined by newlines: JSON has none of its own. */
  readonly lines: string
}

/** Entries of one type with consecutive numbers: type, first seq, count. */
type Stretch = [type: LogEntry['type'], firstSeq: number, count: number]

/** Entries of one stream, ascending; at least one. */
export function packEntries(entries: readonly LogEntry[]): Segment {
  const first = entries[0]
  const last = entries.at(-1)
  if (!first || !last) throw new Error('A segment has at least one entry.')
  const shape: Stretch[] = []
  for (const { type, seq } of entries) {
    const stretch = shape.at(-1)
    if (stretch && stretch[0] === type && stretch[1] + stretch[2] === seq) stretch[2]++
    else shape.push([type, seq, 1])
  }
  return {
    streamId: first.streamId,
    firstSeq: first.seq,
    lastSeq: last.seq,
    firstPrev: first.prev,
    shape: JSON.stringify(shape),
    lines: entries.map((entry) => entry.data).join('\n'),
  }
}

export function unpackSegment(sessionId: string, segment: Segment): LogEntry[] {
  const { streamId } = segment
  const lines = segment.lines.split('\n')
  const entries: LogEntry[] = []
  let prev = segment.firstPrev
  for (const [type, firstSeq, count] of JSON.parse(segment.shape) as Stretch[]) {
    for (let seq = firstSeq; seq < firstSeq + count; seq++) {
      const data = lines[entries.length]
      if (data === undefined) throw new Error(`The segment at ${segment.firstSeq} of ${sessionId} is damaged.`)
      entries.push({ sessionId, streamId, seq, prev, type, data })
      prev = seq
    }
  }
  return entries
}
