/**
 * A request that may come again: the same key and body get the first answer, a duplicate under way waits for it, another
 * body is refused. Commands keep their answer in the transaction of their first event; for the rest it is kept here.
 * Only answers that say "done" are kept: what was refused has changed nothing and may be tried again.
 */
import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { ProblemError } from '../../shared/problems.ts'
import { idempotencyLifeMs } from '../limits.ts'
import type { Idempotency } from '../sessions/sessions.ts'
import type { Store } from '../store/store.ts'
import type { Env } from './house.ts'

type Rows = Store['idempotency']

/** As the header's draft has it: a short printable string. */
const keyPattern = /^[\x21-\x7e]{1,200}$/

export function repeatable(rows: Rows, now: () => number): MiddlewareHandler<Env> {
  const underWay = new Map<string, { requestHash: string; done: Promise<void> }>()
  return async (context, next) => {
    const request = await idempotencyOf(context)
    if (!request) return next()
    for (let other = underWay.get(request.key); other; other = underWay.get(request.key)) {
      if (other.requestHash !== request.requestHash) throw mismatch()
      await other.done
    }
    const answer = deferred()
    underWay.set(request.key, { requestHash: request.requestHash, done: answer.done })
    try {
      const kept = await keptAnswer(rows, request, now())
      if (kept) return kept
      context.set('idempotency', request)
      await next()
      await keep(rows, request, context.res, now())
    } finally {
      underWay.delete(request.key)
      answer.finish()
    }
  }
}

async function idempotencyOf(context: Context<Env>): Promise<Idempotency | null> {
  const header = context.req.header('Idempotency-Key')
  if (header === undefined) return null
  if (!keyPattern.test(header))
    throw new ProblemError('invalid_query', 'An Idempotency-Key is 1 to 200 printable characters without spaces.')
  const { method, path } = context.req
  const requestHash = createHash('sha256')
    .update(`${method} ${path}\n`)
    .update(await context.req.text())
    .digest('hex')
  return { key: `${context.get('actor').keyId} ${header}`, requestHash }
}

async function keptAnswer(rows: Rows, request: Idempotency, now: number): Promise<Response | null> {
  const row = await rows.get(request.key)
  if (!row || Date.parse(row.createdAt) + idempotencyLifeMs < now) return null
  if (row.requestHash !== request.requestHash) throw mismatch()
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  return row.status === 204
    ? new Response(null, { status: 204 })
    : new Response(row.body, { status: row.status, headers })
}

async function keep(rows: Rows, request: Idempotency, response: Response, now: number) {
  if (response.status < 200 || response.status >= 300) return
  if (await isKept(rows, request, now)) return
  const body = await response.clone().text()
  await rows.put({ ...request, status: response.status, body, createdAt: new Date(now).toISOString() })
}

async function isKept(rows: Rows, request: Idempotency, now: number): Promise<boolean> {
  const row = await rows.get(request.key)
  return row !== null && Date.parse(row.createdAt) + idempotencyLifeMs >= now
}

function deferred() {
  let finish: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  return { done, finish }
}

function mismatch(): ProblemError {
  return new ProblemError(
    'idempotency_mismatch',
    'This Idempotency-Key was used for another request; use a new one for each.',
  )
}
