/** What the log is kept in: commits go to the thread, entries are read here. */
import type { Session } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { CommitBatch, LogStorage } from '../log/log.ts'
import type { Engine } from './engine.ts'
import type { Queries } from './kysely.ts'
import type { LogReader } from './log-reader.ts'
import type { SqlWrite, WriteBatch } from './log-writer.ts'
import { writeIdempotency } from './records.ts'
import { writeRun } from './runs.ts'
import { writeReadSeq, writeSession } from './sessions.ts'

export function createLogStorage(engine: Engine, queries: Queries, reader: LogReader): LogStorage {
  return {
    async claim(sessionId) {
      const claim = await engine.perform({ kind: 'claim', sessionId })
      if (!claim) throw new ProblemError('gone', 'This chat has been deleted.')
      return { epoch: claim.epoch, head: claim.head, prevByStream: new Map(claim.prevs) }
    },
    commit: (batches) => engine.perform({ kind: 'commit', batches: writeBatches(batches) }),
    readEntries: async (sessionId, after, options) => reader.readEntries(sessionId, after, options),
    head: async (sessionId) => reader.head(sessionId),
    lastOf: async (sessionId, streamId) => reader.lastOf(sessionId, streamId),
    async packStream(sessionId, streamId) {
      while (await engine.perform({ kind: 'pack', sessionId, streamId }));
    },
    async unpacked() {
      const ended = queries.selectFrom('entries').select(['session_id as sessionId', 'stream_id as streamId'])
      return ended.where('type', '=', 'turn_ended').execute()
    },
  }
}

/**
 * Of several rows of a session in one group only the newest is written, in place of the first: nobody can see those
 * between, and what is written of the session after it finds a row.
 */
export function writeBatches(batches: readonly CommitBatch[]): WriteBatch[] {
  const ownerOf = ({ sessionId, ownerEpoch }: CommitBatch) => `${sessionId} ${ownerEpoch}`
  const newest = new Map<string, Session>()
  for (const batch of batches) if (batch.rows.session) newest.set(ownerOf(batch), batch.rows.session)
  return batches.map((batch) => {
    const { sessionId, ownerEpoch, entries, rows } = batch
    const session = rows.session && newest.get(ownerOf(batch))
    if (session) newest.delete(ownerOf(batch))
    const writes: SqlWrite[] = session ? [writeSession(session)] : []
    if (rows.readSeq !== undefined) writes.push(writeReadSeq(sessionId, rows.readSeq))
    for (const run of rows.runs ?? []) writes.push(writeRun(run))
    if (rows.idempotency) writes.push(writeIdempotency(rows.idempotency))
    return { sessionId, ownerEpoch, entries, writes }
  })
}
