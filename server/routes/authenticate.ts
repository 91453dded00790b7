/** Who acts: known from the bearer key alone, or, for a program that cannot set headers, from a ticket. */
import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../shared/problems.ts'
import type { Env, House } from './house.ts'
import type { Route } from './route.ts'

const ticketPaths = [
  /^\/api\/sessions\/[^/]+\/streams\/[^/]+\/events$/,
  /^\/api\/files\/[^/]+$/,
  /^\/api\/sessions\/[^/]+\/export$/,
]

export function authenticate(house: House, routes: readonly Route[]): MiddlewareHandler<Env> {
  const open = new Set(
    routes.filter(({ about }) => about.access === 'none').map(({ method, path }) => `${method} ${path}`),
  )
  return async (context, next) => {
    if (open.has(`${context.req.method} ${context.req.path}`)) return next()
    const secret = bearerOf(context.req.header('Authorization'))
    const actor = secret === null ? actorOfTicket() : house.keys.actorOf(secret)
    if (!actor) throw unauthorized(secret)
    context.set('actor', actor)
    return next()

    function actorOfTicket() {
      const ticket = context.req.query('ticket')
      if (ticket === undefined || context.req.method !== 'GET' || !takesTicket(context.req.path)) return null
      const used = house.tickets.use(ticket, context.req.path)
      if (!used) return null
      // Without a socket below (a test, a HEAD) there is no connection that could close later.
      const outgoing = context.env?.outgoing
      if (outgoing) outgoing.once('close', used.release)
      else used.release()
      return house.keys.actorById(used.keyId)
    }
  }
}

/** Whether a ticket can be had for this path: streams, files and exports. */
export function takesTicket(path: string): boolean {
  return ticketPaths.some((pattern) => pattern.test(path))
}

function bearerOf(header: string | undefined): string | null {
  if (header === undefined) return null
  const match = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header)
  // An ill-formed header is a wrong key, not a missing one: a ticket does not help it.
  return match?.[1] ?? ''
}

function unauthorized(secret: string | null): ProblemError {
  return secret === null
    ? new ProblemError('unauthorized', 'A key is needed: open the address that Heddle printed, or run `heddle open`.')
    : new ProblemError(
        'unauthorized',
        'This key is not known here, or was revoked. Run `heddle open` for a fresh login.',
      )
}
