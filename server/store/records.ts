/** The small tables: projects, settings, drafts, keys, idempotency, processes, memory. */
import type { Draft, Project, Settings } from '../../shared/model.ts'
import type { IdempotencyRow } from '../log/log.ts'
import type { Queries } from './kysely.ts'
import type { SqlWrite } from './log-writer.ts'
import type { Store, StoredKey } from './store.ts'

const defaultSettings: Settings = {
  theme: 'system',
  density: 'comfortable',
  sidebarWidth: 288,
  lastProvider: null,
  lastModels: {},
  lastProjectId: null,
  notifications: false,
}

export function projects(queries: Queries): Store['projects'] {
  return {
    async list() {
      const rows = await queries.selectFrom('projects').select('json').orderBy('created_at').orderBy('id').execute()
      return rows.map((row) => JSON.parse(row.json) as Project)
    },
    async get(id) {
      const row = await queries.selectFrom('projects').select('json').where('id', '=', id).executeTakeFirst()
      return row ? (JSON.parse(row.json) as Project) : null
    },
    async put(project) {
      const row = { id: project.id, created_at: project.createdAt, json: JSON.stringify(project) }
      await queries.replaceInto('projects').values(row).execute()
    },
    async remove(id) {
      await queries.deleteFrom('projects').where('id', '=', id).execute()
    },
  }
}

export function settings(queries: Queries): Store['settings'] {
  return {
    async get() {
      const row = await queries.selectFrom('settings').select('json').executeTakeFirst()
      return { ...defaultSettings, ...(row ? (JSON.parse(row.json) as Partial<Settings>) : {}) }
    },
    async put(value) {
      await queries
        .replaceInto('settings')
        .values({ id: 1, json: JSON.stringify(value) })
        .execute()
    },
  }
}

/** An empty draft is none. */
export function drafts(queries: Queries): Store['drafts'] {
  return {
    async get(key) {
      const row = await queries.selectFrom('drafts').select('json').where('key', '=', key).executeTakeFirst()
      return row ? (JSON.parse(row.json) as Draft) : { text: '', files: [] }
    },
    async put(key, draft) {
      if (draft.text === '' && draft.files.length === 0)
        await queries.deleteFrom('drafts').where('key', '=', key).execute()
      else
        await queries
          .replaceInto('drafts')
          .values({ key, json: JSON.stringify(draft) })
          .execute()
    },
  }
}

export function keys(queries: Queries): Store['keys'] {
  return {
    async list() {
      const rows = await queries.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map((row) => ({ ...(JSON.parse(row.json) as StoredKey), lastUsedAt: row.last_used_at }))
    },
    async put(key) {
      const { id, createdAt, lastUsedAt } = key
      const row = { id, created_at: createdAt, last_used_at: lastUsedAt, json: JSON.stringify(key) }
      await queries.replaceInto('api_keys').values(row).execute()
    },
    async remove(id) {
      const { numDeletedRows } = await queries.deleteFrom('api_keys').where('id', '=', id).executeTakeFirst()
      return numDeletedRows > 0n
    },
    async touch(id, at) {
      await queries.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute()
    },
  }
}

/** The first answer stays: a repeated request gets that one. */
export function writeIdempotency({ key, requestHash, status, body, createdAt }: IdempotencyRow): SqlWrite {
  const sql = `INSERT INTO idempotency (key, request_hash, status, body, created_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (key) DO NOTHING`
  return [sql, [key, requestHash, status, body, createdAt]]
}

export function idempotency(queries: Queries): Store['idempotency'] {
  return {
    async get(key) {
      const row = await queries.selectFrom('idempotency').selectAll().where('key', '=', key).executeTakeFirst()
      if (!row) return null
      const { request_hash: requestHash, status, body, created_at: createdAt } = row
      return { key, requestHash, status, body, createdAt }
    },
    async put({ key, requestHash, status, body, createdAt }) {
      await queries
        .insertInto('idempotency')
        .values({ key, request_hash: requestHash, status, body, created_at: createdAt })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute()
    },
    async forgetBefore(createdAt) {
      await queries.deleteFrom('idempotency').where('created_at', '<', createdAt).execute()
    },
  }
}

export function processes(queries: Queries): Store['processes'] {
  return {
    async list() {
      const rows = await queries.selectFrom('processes').selectAll().execute()
      return rows.map((row) => ({
        runtimeId: row.runtime_id,
        sessionId: row.session_id,
        pid: row.pid,
        startTime: row.start_time,
        startedAt: row.started_at,
      }))
    },
    async put({ runtimeId, sessionId, pid, startTime, startedAt }) {
      const row = { runtime_id: runtimeId, session_id: sessionId, pid, start_time: startTime, started_at: startedAt }
      await queries.replaceInto('processes').values(row).execute()
    },
    async remove(runtimeId) {
      await queries.deleteFrom('processes').where('runtime_id', '=', runtimeId).execute()
    },
  }
}

export function memory(queries: Queries): Store['memory'] {
  return {
    async get(key) {
      const row = await queries.selectFrom('memory').select('value').where('key', '=', key).executeTakeFirst()
      return row?.value ?? null
    },
    async put(key, value) {
      await queries.replaceInto('memory').values({ key, value }).execute()
    },
  }
}
