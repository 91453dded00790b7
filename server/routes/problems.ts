/** The one place that turns what was thrown into a response: RFC 9457, no stack, path or key in it. */
import type { ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { ProblemError } from '../../shared/problems.ts'
import type { Env, House } from './house.ts'
import { retryAfterSeconds } from './limits.ts'

export function onError(report: House['report']): ErrorHandler<Env> {
  return (error, context) => {
    if (error instanceof ProblemError) return problemResponse(error)
    // Hono's own, thrown by its helpers: its status is right, its text is not for people.
    if (error instanceof HTTPException && error.status === 413) return problemResponse(tooLarge())
    report(error, `${context.req.method} ${context.req.routePath}`)
    return problemResponse(new ProblemError('internal', 'Something went wrong in Heddle; its log says what.'))
  }
}

export const notFound: NotFoundHandler<Env> = () =>
  problemResponse(new ProblemError('not_found', 'There is nothing at this address.'))

export function tooLarge(): ProblemError {
  return new ProblemError('too_large', 'The body is over 1 MiB; send less at once.')
}

export function problemResponse(problem: ProblemError): Response {
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' }
  if (problem.status === 429) headers['Retry-After'] = String(problem.extensions.retryAfter ?? retryAfterSeconds)
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (problem.status === 405) headers.Allow = String(problem.extensions.allow)
  return new Response(JSON.stringify(problem.toProblem()), { status: problem.status, headers })
}
