/**
 * Event streams. The hub writes them on Node's own response; the handler is done at once, so that an open stream costs
 * no more than its subscription.
 */
import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import * as v from 'valibot'
import { ChangeLive, OpenLive } from '../../shared/api.ts'
import { seqOfEventId } from '../../shared/ids.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { Cursor } from '../hub/hub.ts'
import type { Env, House } from './house.ts'
import { param, type Route, route } from './route.ts'

const StreamQuery = v.object({ after: v.optional(v.pipe(v.string(), v.maxLength(200))) })

export const streamRoutes = (house: House): Route[] => {
  const { hub, sessions, signal } = house
  return [
    route(
      'GET',
      '/api/sessions/:sessionId/streams/:streamId/events',
      {
        summary: 'The events of one stream, or of all (`*`), after a cursor; ends with `turn_ended`.',
        query: StreamQuery,
        headers: { 'Last-Event-ID': 'The last event that the reader has; it counts more than `after`.' },
        answers: { 200: 'text/event-stream', 204: null },
        access: 'ticket',
      },
      async (context, { query }) => {
        const [sessionId, streamId] = [param(context, 'sessionId'), param(context, 'streamId')]
        if (!(await sessions.hasStream(sessionId, streamId)))
          throw new ProblemError('not_found', 'There is no such stream in this session.')
        const after = cursorOf(sessionId, context.req.header('Last-Event-ID'), query.after)
        // What an `EventSource` takes as the end: it does not come again.
        if (await hub.isAtEnd(sessionId, streamId, after)) return context.body(null, 204)
        const { keyId } = context.get('actor')
        return takeOver(context, house, (outgoing) =>
          hub.stream(outgoing, { keyId, sessionId, streamId, after, signal }),
        )
      },
    ),
    route(
      'POST',
      '/api/live',
      {
        summary: 'Everything that a browser watches, on one response: sessions, and the feed of what changes.',
        body: OpenLive,
        answers: { 200: 'text/event-stream' },
        secret: true,
      },
      (context, { body }) => {
        const { keyId } = context.get('actor')
        return takeOver(context, house, (outgoing) => hub.live(outgoing, { keyId, ...body, signal }))
      },
    ),
    route(
      'POST',
      '/api/live/:connectionId',
      { summary: 'Changes what a live connection carries.', body: ChangeLive, answers: { 204: null }, secret: true },
      (context, { body }) => {
        if (!hub.change(param(context, 'connectionId'), context.get('actor').keyId, body))
          throw new ProblemError('not_found', 'This connection is over; open a new one.')
        return context.body(null, 204)
      },
    ),
  ]
}

/** Counts the response against the caps, then leaves it to the hub. */
function takeOver(context: Context<Env>, house: House, write: (outgoing: ServerResponse) => Promise<void>) {
  const { hub, keys, report } = house
  const { outgoing } = context.env
  const { keyId } = context.get('actor')
  // Revoked while the request was being read: its streams have been closed, and no other may open.
  if (!keys.actorById(keyId))
    throw new ProblemError('unauthorized', 'This key was revoked. Run `heddle open` for a fresh login.')
  hub.admit(keyId)
  write(outgoing).catch((error) => {
    report(error, `writing ${context.req.routePath}`)
    outgoing.destroy()
  })
  return RESPONSE_ALREADY_SENT
}

/** `Last-Event-ID` is what an `EventSource` that reconnects says: it is newer than the address that it was made with. */
function cursorOf(sessionId: string, lastEventId: string | undefined, after: string | undefined): Cursor {
  const value = lastEventId || after
  if (value === undefined || value === '') return 0
  if (value === 'snapshot') return 'snapshot'
  return seqOfEventId(sessionId, value) ?? { invalid: value }
}
