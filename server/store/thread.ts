/**
 * The store's thread: the one writer of the database. It waits for the disk so that the main loop does not have to
 * (docs/decisions/0001-commit-in-a-thread.md has the figures). One request after another, in the order they came.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { busyTimeoutMs, checkpointPages, journalLimitBytes } from './limits.ts'
import { claimLog, commitBatches, inTransaction, packNext, type SqlWrite, type WriteBatch } from './log-writer.ts'
import { openSqlite, SqliteFailure, type SqlRow, type SqlValue } from './sqlite.ts'

/** What the thread does; `Answers` says what each gives back. */
export type Work =
  | { kind: 'commit'; batches: readonly WriteBatch[] }
  | { kind: 'claim'; sessionId: string }
  | { kind: 'pack'; sessionId: string; streamId: string }
  | { kind: 'query'; sql: string; values: readonly SqlValue[] }
  | { kind: 'write'; writes: readonly SqlWrite[] }
  | { kind: 'close' }

export interface Answers {
  commit: ReturnType<typeof commitBatches>
  claim: ReturnType<typeof claimLog>
  pack: boolean
  query: { rows: SqlRow[]; changes: number }
  write: number[]
  close: null
}
export interface Request {
  readonly id: number
  readonly work: Work
}
export type Reply =
  | { readonly id: number; readonly answer: Answers[Work['kind']] }
  | { readonly id: number; readonly failure: { readonly message: string; readonly resultCode: number | null } }

const database = openSqlite((workerData as { file: string }).file)
database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
database.exec('PRAGMA journal_mode = WAL')
database.exec('PRAGMA synchronous = FULL')
database.exec('PRAGMA foreign_keys = ON')
database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
database.exec(`PRAGMA journal_size_limit = ${journalLimitBytes}`)

parentPort?.on('message', ({ id, work }: Request) => {
  parentPort?.postMessage(reply(id, work))
  if (work.kind === 'close') parentPort?.close()
})

function reply(id: number, work: Work): Reply {
  try {
    return { id, answer: perform(work) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { id, failure: { message, resultCode: error instanceof SqliteFailure ? error.resultCode : null } }
  }
}

function perform(work: Work): Answers[Work['kind']] {
  switch (work.kind) {
    case 'commit':
      return commitBatches(database, work.batches)
    case 'claim':
      return claimLog(database, work.sessionId)
    case 'pack':
      return packNext(database, work.sessionId, work.streamId)
    case 'query':
      return query(work.sql, work.values)
    case 'write':
      return inTransaction(database, () => work.writes.map(([sql, values]) => database.prepare(sql).run(values)))
    case 'close':
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
      return null
  }
}

function query(sql: string, values: readonly SqlValue[]): Answers['query'] {
  const statement = database.prepare(sql)
  const hasRows = /^\s*(select|with|pragma)\b|\breturning\b/i.test(sql)
  return hasRows ? { rows: statement.all(values), changes: 0 } : { rows: [], changes: statement.run(values) }
}
