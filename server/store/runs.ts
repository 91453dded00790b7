/** Rows of runs, newest first. */
import type { Run } from '../../shared/model.ts'
import type { Queries } from './kysely.ts'
import type { SqlWrite } from './log-writer.ts'
import { pageOf, placeOf } from './paging.ts'
import type { RunQuery, Store } from './store.ts'

const upsert = `INSERT INTO runs (id, session_id, project_id, state, started_at, json) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, state = excluded.state,
    started_at = excluded.started_at, json = excluded.json`

export function writeRun(run: Run): SqlWrite {
  return [upsert, [run.id, run.sessionId, run.projectId, run.state, run.startedAt, JSON.stringify(run)]]
}

export function storedRuns(queries: Queries): Store['runs'] {
  return {
    async get(id) {
      const row = await queries.selectFrom('runs').select('json').where('id', '=', id).executeTakeFirst()
      return row ? (JSON.parse(row.json) as Run) : null
    },
    list: (query) => list(queries, query),
  }
}

async function list(queries: Queries, { projectId, sessionId, state, since, limit, cursor }: RunQuery) {
  const place = placeOf(cursor)
  let found = queries.selectFrom('runs').select(['started_at as at', 'id', 'json'])
  if (projectId !== undefined) found = found.where('project_id', '=', projectId)
  if (sessionId !== undefined) found = found.where('session_id', '=', sessionId)
  if (state !== undefined) found = found.where('state', '=', state)
  if (since !== undefined) found = found.where('started_at', '>=', since)
  if (place) found = found.where((is) => is(is.refTuple('started_at', 'id'), '<', is.tuple(place.at, place.id)))
  const rows = await found
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf<(typeof rows)[number], Run>(rows, limit)
}
