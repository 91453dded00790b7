/** Queries in types: Kysely's SQLite dialect over the store's thread, and the tables it knows. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  Migrator,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Engine } from './engine.ts'
import type { SqlWrite } from './log-writer.ts'
import { first } from './migrations/0001-first.ts'
import type { SqlValue } from './sqlite.ts'

export interface Tables {
  logs: { session_id: string; owner_epoch: number; head: number; removed_at: string | null }
  entries: { session_id: string; seq: number; stream_id: string; prev: number; type: string; data: string }
  segments: { session_id: string }
  sessions: {
    id: string
    project_id: string | null
    kind: string
    state: string
    is_archived: number
    is_pinned: number
    is_unfinished: number
    context_run_id: string | null
    folded_title: string
    updated_at: string
    read_seq: number
    resume_token: string | null
    json: string
  }
  runs: {
    id: string
    session_id: string
    project_id: string | null
    state: string
    started_at: string
    json: string
  }
  idempotency: { key: string; request_hash: string; status: number; body: string; created_at: string }
  projects: { id: string; created_at: string; json: string }
  api_keys: { id: string; created_at: string; last_used_at: string | null; json: string }
  processes: { runtime_id: string; session_id: string; pid: number; start_time: string; started_at: string }
  drafts: { key: string; json: string }
  memory: { key: string; value: string }
  settings: { id: number; json: string }
}

export type Queries = Kysely<Tables>

export function openQueries(engine: Engine): Queries {
  const dialect: Dialect = {
    createAdapter: () => new Adapter(),
    createDriver: () => driverOf(engine),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<Tables>({ dialect })
}

export async function migrate(queries: Queries): Promise<void> {
  const provider = { getMigrations: async () => ({ '0001-first': first }) }
  const { error } = await new Migrator({ db: queries, provider }).migrateToLatest()
  if (error) throw error
}

/** A query as a statement that is written with others in one transaction. */
export function asWrite(query: { compile(): CompiledQuery }): SqlWrite {
  const { sql, parameters } = query.compile()
  return [sql, parameters as readonly SqlValue[]]
}

/** In SQLite a change of tables is undone with its transaction. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** One connection. Transactions over several queries are for the migrator alone, before anything else is asked. */
function driverOf(engine: Engine): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery) {
      const values = parameters as readonly SqlValue[]
      const { rows, changes } = await engine.perform({ kind: 'query', sql, values })
      return { rows: rows as R[], numAffectedRows: BigInt(changes) }
    },
    // biome-ignore lint/correctness/useYield: nobody streams rows; Kysely's interface asks for the method.
    async *streamQuery() {
      throw new Error('Rows are not streamed; ask for pages.')
    },
  }
  const say = (sql: string) => async () => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  const nothing = async () => undefined
  return {
    init: nothing,
    acquireConnection: async () => connection,
    beginTransaction: say('BEGIN IMMEDIATE'),
    commitTransaction: say('COMMIT'),
    rollbackTransaction: say('ROLLBACK'),
    releaseConnection: nothing,
    destroy: nothing,
  }
}
