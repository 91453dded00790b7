/** The store on SQLite: one file in the data folder, readable by its owner alone. */
import { chmod, open } from 'node:fs/promises'
import { startEngine } from './engine.ts'
import { migrate, openQueries } from './kysely.ts'
import { createLogReader } from './log-reader.ts'
import { createLogStorage } from './log-storage.ts'
import * as records from './records.ts'
import { storedRuns } from './runs.ts'
import { storedSessions } from './sessions.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

/** Opens or makes the database and brings its tables up to date. The folder must exist; one process at a time (`lock.ts`). */
export async function createStore({ file }: { file: string }): Promise<Store> {
  await makePrivate(file)
  const engine = await startEngine(file)
  const queries = openQueries(engine)
  await migrate(queries)
  const readerDatabase = openSqlite(file)
  return {
    log: createLogStorage(engine, queries, createLogReader(readerDatabase)),
    sessions: storedSessions(engine, queries),
    runs: storedRuns(queries),
    projects: records.projects(queries),
    settings: records.settings(queries),
    drafts: records.drafts(queries),
    keys: records.keys(queries),
    idempotency: records.idempotency(queries),
    processes: records.processes(queries),
    memory: records.memory(queries),
    async close() {
      readerDatabase.close()
      await engine.close()
    },
  }
}

/** SQLite gives its files beside this one the same mode. */
async function makePrivate(file: string): Promise<void> {
  const handle = await open(file, 'a', 0o600)
  await handle.close()
  await chmod(file, 0o600)
}
