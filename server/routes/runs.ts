import * as v from 'valibot'
import { Run, RunStateName } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { pageOf } from './answers.ts'
import type { House } from './house.ts'
import { cursor, idOf, limit, since } from './query.ts'
import { param, type Route, route } from './route.ts'

const ListQuery = v.object({
  projectId: v.optional(idOf('prj')),
  sessionId: v.optional(idOf('ses')),
  state: v.optional(RunStateName),
  since: v.optional(since),
  limit,
  cursor,
})

export const runRoutes = ({ store }: House): Route[] => [
  route(
    'GET',
    '/api/runs',
    { summary: 'What ran, newest first.', query: ListQuery, answers: { 200: pageOf(Run) } },
    async (context, { query }) => context.json(await store.runs.list(query)),
  ),
  route('GET', '/api/runs/:runId', { summary: 'One run.', answers: { 200: Run } }, async (context) => {
    const run = await store.runs.get(param(context, 'runId'))
    if (!run) throw new ProblemError('not_found', 'There is no such run.')
    return context.json(run)
  }),
]
