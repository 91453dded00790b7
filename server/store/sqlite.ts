/**
 * SQLite, whichever this Node has: `node:sqlite`, else `libsql` (the same engine, a binary in its package). Synchronous;
 * the store's thread and the reader of entries are the only users.
 */
import { createRequire } from 'node:module'

/** Texts without NUL: libsql ends them there. */
export type SqlValue = string | number | null | Uint8Array
export type SqlRow = Record<string, SqlValue>

export interface SqlStatement {
  /** Rows changed. */
  run(values: readonly SqlValue[]): number
  all(values: readonly SqlValue[]): SqlRow[]
}

export interface Sqlite {
  exec(sql: string): void
  /** Prepared once per text and kept. */
  prepare(sql: string): SqlStatement
  close(): void
}

/** What went wrong, in SQLite's primary result codes; both drivers name them differently. */
export class SqliteFailure extends Error {
  readonly resultCode: number

  constructor(message: string, resultCode: number, cause?: unknown) {
    super(message, { cause })
    this.name = 'SqliteFailure'
    this.resultCode = resultCode
  }
}

/** What both drivers have in common. */
interface Driver {
  exec(sql: string): unknown
  prepare(sql: string): {
    run(...values: SqlValue[]): { changes: number | bigint }
    all(...values: SqlValue[]): unknown[]
  }
  close(): unknown
}
type OpenDriver = new (file: string) => Driver

export function openSqlite(file: string): Sqlite {
  const Database = driver()
  const database = failing(() => new Database(file))
  const statements = new Map<string, SqlStatement>()
  const prepare = (sql: string): SqlStatement => {
    const statement = failing(() => database.prepare(sql))
    return {
      run: (values) => failing(() => Number(statement.run(...values.map(bindable)).changes)),
      all: (values) => failing(() => statement.all(...values.map(bindable)) as SqlRow[]),
    }
  }
  return {
    exec: (sql) => failing(() => database.exec(sql)),
    prepare(sql) {
      const statement = statements.get(sql) ?? prepare(sql)
      statements.set(sql, statement)
      return statement
    },
    close() {
      statements.clear()
      failing(() => database.close())
    },
  }
}

function driver(): OpenDriver {
  const builtin = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule?.('node:sqlite')
  if (builtin) return (builtin as { DatabaseSync: OpenDriver }).DatabaseSync
  return createRequire(import.meta.url)('libsql') as OpenDriver
}

/** libsql aborts the whole process on a value of another type (a boolean, say): refused here instead. */
function bindable(value: SqlValue): SqlValue {
  const fits = typeof value === 'string' || typeof value === 'number' || value === null || value instanceof Uint8Array
  if (!fits) throw new TypeError(`SQLite takes no ${typeof value}.`)
  return value
}

function failing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { errcode, rawCode } = error as { errcode?: number; rawCode?: number }
    const code = errcode ?? rawCode
    if (!(error instanceof Error) || code === undefined) throw error
    throw new SqliteFailure(error.message, code & 0xff, error)
  }
}
