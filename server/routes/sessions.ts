import type { Context } from 'hono'
import * as v from 'valibot'
import { CreateSession, PatchSession } from '../../shared/api.ts'
import { Session, SessionKind, SessionStateName } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { OlderMessages, pageOf, SessionAnswer } from './answers.ts'
import type { Env, House } from './house.ts'
import { cursor, flag, idOf, limit, line } from './query.ts'
import { commandOf, param, type Route, route } from './route.ts'

const ListQuery = v.object({
  projectId: v.optional(idOf('prj')),
  kind: v.optional(SessionKind),
  archived: v.optional(flag),
  q: v.optional(v.pipe(v.string(), v.maxLength(500))),
  state: v.optional(SessionStateName),
  'context.runId': v.optional(idOf('run')),
  limit,
  cursor,
})
const GetQuery = v.object({ beforeLine: v.optional(line) })

export const sessionRoutes = ({ sessions }: House): Route[] => [
  route(
    'POST',
    '/api/sessions',
    {
      summary: 'A new session; with `text` its first turn starts. The same `id` and fields again: the same session.',
      body: CreateSession,
      answers: { 201: Session, 200: Session },
    },
    async (context, { body }) => {
      const { session, created } = await sessions.create(body, commandOf(context))
      return context.json(session, created ? 201 : 200)
    },
  ),
  route(
    'GET',
    '/api/sessions',
    { summary: 'Sessions, newest activity first.', query: ListQuery, answers: { 200: pageOf(Session) } },
    async (context, { query: { 'context.runId': contextRunId, ...query } }) =>
      context.json(await sessions.list({ ...query, contextRunId })),
  ),
  route(
    'GET',
    '/api/sessions/:sessionId',
    {
      summary: 'One consistent cut of a session; with `beforeLine`, older messages.',
      query: GetQuery,
      answers: { 200: v.union([SessionAnswer, OlderMessages]) },
    },
    async (context, { query: { beforeLine } }) => {
      const id = param(context, 'sessionId')
      return context.json(beforeLine === undefined ? await sessions.get(id) : await sessions.older(id, beforeLine))
    },
  ),
  route(
    'PATCH',
    '/api/sessions/:sessionId',
    {
      summary: 'Changes what is named; with `If-Match: revision`, only what the client has seen.',
      body: PatchSession,
      headers: { 'If-Match': 'The revision that the client has seen; `stale_revision` if there is a newer one.' },
      answers: { 200: Session },
    },
    async (context, { body }) =>
      context.json(await sessions.patch(param(context, 'sessionId'), body, ifMatch(context), commandOf(context))),
  ),
  route(
    'DELETE',
    '/api/sessions/:sessionId',
    { summary: 'Stops it, ends its runtime, removes it.', answers: { 204: null } },
    async (context) => {
      await sessions.remove(param(context, 'sessionId'), commandOf(context))
      return context.body(null, 204)
    },
  ),
]

function ifMatch(context: Context<Env>): number | null {
  const header = context.req.header('If-Match')
  if (header === undefined || header === '*') return null
  const match = /^(?:"(\d{1,15})"|(\d{1,15}))$/.exec(header)
  if (!match) throw new ProblemError('invalid_query', 'If-Match holds the revision of the session, a number.')
  return Number(match[1] ?? match[2])
}
