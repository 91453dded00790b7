/** Rows of sessions: the whole object as JSON, and beside it the columns that are asked for. */
import type { Session } from '../../shared/model.ts'
import type { Engine } from './engine.ts'
import { asWrite, type Queries } from './kysely.ts'
import type { SqlWrite } from './log-writer.ts'
import { pageOf, placeOf } from './paging.ts'
import type { SessionQuery, Store, StoredSession } from './store.ts'

const atRest: readonly string[] = ['idle', 'interrupted', 'error'] satisfies Session['state'][]

const upsert = `INSERT INTO sessions (id, project_id, kind, state, is_archived, is_pinned, is_unfinished, context_run_id,
    folded_title, updated_at, json)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, kind = excluded.kind, state = excluded.state,
    is_archived = excluded.is_archived, is_pinned = excluded.is_pinned, is_unfinished = excluded.is_unfinished,
    context_run_id = excluded.context_run_id, folded_title = excluded.folded_title, updated_at = excluded.updated_at,
    json = excluded.json`

export function writeSession(session: Session): SqlWrite {
  const { id, projectId, kind, state, title, updatedAt } = session
  const isArchived = session.archivedAt === null ? 0 : 1
  const isPinned = session.pinned ? 1 : 0
  const contextRunId = session.context?.runId ?? null
  const foldedTitle = folded(title)
  const json = JSON.stringify(session)
  const isUnfinished = hasUnfinishedTurn(session) ? 1 : 0
  return [
    upsert,
    [id, projectId, kind, state, isArchived, isPinned, isUnfinished, contextRunId, foldedTitle, updatedAt, json],
  ]
}

export function writeReadSeq(sessionId: string, readSeq: number): SqlWrite {
  return ['UPDATE sessions SET read_seq = ? WHERE id = ?', [readSeq, sessionId]]
}

/** A title as it is searched. libsql ends a text at NUL, which in JSON stands escaped, but not here. */
function folded(text: string): string {
  return text.toLowerCase().replaceAll('\0', '')
}

/** One that runs, and one whose queue would wait for nothing once the process is gone. */
function hasUnfinishedTurn({ state, activeStreamId, queueLength }: Session): boolean {
  return !atRest.includes(state) || activeStreamId !== null || queueLength > 0
}

export function storedSessions(engine: Engine, queries: Queries): Store['sessions'] {
  const rows = () => queries.selectFrom('sessions').select(['json', 'read_seq'])
  return {
    async get(id) {
      const row = await rows().where('id', '=', id).executeTakeFirst()
      if (row) return stored(row)
      const log = await queries.selectFrom('logs').select('removed_at').where('session_id', '=', id).executeTakeFirst()
      return log?.removed_at ? 'removed' : null
    },
    list: (query) => list(queries, query),
    async forBootstrap(newest) {
      const busy = queries
        .selectFrom('sessions')
        .select(['updated_at', 'json'])
        .where('is_archived', '=', 0)
        .where((is) => is.or([is('is_pinned', '=', 1), is('state', 'not in', atRest)]))
      const rest = queries
        .selectFrom('sessions')
        .select(['updated_at', 'json'])
        .where('is_archived', '=', 0)
        .where('is_pinned', '=', 0)
        .where('state', 'in', atRest)
        .orderBy('updated_at', 'desc')
        .orderBy('id', 'desc')
        .limit(newest)
      const found = [...(await busy.execute()), ...(await rest.execute())]
      found.sort((one, other) => (one.updated_at < other.updated_at ? 1 : -1))
      return found.map((row) => JSON.parse(row.json) as Session)
    },
    async unfinished() {
      const withRuntime = queries.selectFrom('processes').select('session_id')
      const found = rows().where((is) => is.or([is('is_unfinished', '=', 1), is('id', 'in', withRuntime)]))
      return (await found.execute()).map(stored)
    },
    async remove(id) {
      await engine.perform({ kind: 'write', writes: removal(queries, id) })
    },
    async resumeToken(id) {
      const row = await queries.selectFrom('sessions').select('resume_token').where('id', '=', id).executeTakeFirst()
      return row?.resume_token ? (JSON.parse(row.resume_token) as string) : null
    },
    async setResumeToken(id, token) {
      const json = token === null ? null : JSON.stringify(token)
      await queries.updateTable('sessions').set({ resume_token: json }).where('id', '=', id).execute()
    },
  }
}

function stored(row: { json: string; read_seq: number }): StoredSession {
  return { session: JSON.parse(row.json) as Session, readSeq: row.read_seq }
}

async function list(queries: Queries, query: SessionQuery) {
  const { projectId, kind, archived, state, q, contextRunId, limit } = query
  const place = placeOf(query.cursor)
  let found = queries.selectFrom('sessions').select(['updated_at as at', 'id', 'json'])
  if (projectId !== undefined) found = found.where('project_id', '=', projectId)
  if (kind !== undefined) found = found.where('kind', '=', kind)
  if (archived !== undefined) found = found.where('is_archived', '=', archived ? 1 : 0)
  if (state !== undefined) found = found.where('state', '=', state)
  if (contextRunId !== undefined) found = found.where('context_run_id', '=', contextRunId)
  if (q !== undefined) found = found.where((is) => is(is.fn('instr', ['folded_title', is.val(folded(q))]), '>', 0))
  if (place) found = found.where((is) => is(is.refTuple('updated_at', 'id'), '<', is.tuple(place.at, place.id)))
  const rows = await found
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf<(typeof rows)[number], Session>(rows, limit)
}

/** The row in `logs` stays: it remembers that the id is gone, and its raised epoch refuses the owner's late appends. */
function removal(queries: Queries, id: string): SqlWrite[] {
  const removed = { removed_at: new Date().toISOString(), head: 0 }
  return [
    asWrite(queries.deleteFrom('sessions').where('id', '=', id)),
    asWrite(queries.deleteFrom('runs').where('session_id', '=', id)),
    asWrite(queries.deleteFrom('entries').where('session_id', '=', id)),
    asWrite(queries.deleteFrom('segments').where('session_id', '=', id)),
    asWrite(queries.deleteFrom('drafts').where('key', '=', id)),
    asWrite(
      queries
        .updateTable('logs')
        .set((row) => ({ ...removed, owner_epoch: row('owner_epoch', '+', 1) }))
        .where('session_id', '=', id)
        .where('removed_at', 'is', null),
    ),
  ]
}
