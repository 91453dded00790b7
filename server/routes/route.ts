/**
 * A route is its method, its path, what is said of it, and its handler, in one place: Hono mounts it and OpenAPI shows
 * it from the same value, so the two cannot part. Ids, query and body are checked before the handler runs.
 */
import type { Context, Hono, MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { ProblemError } from '../../shared/problems.ts'
import type { Command, Env } from './house.ts'
import { checkParams } from './params.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Schema = v.GenericSchema<unknown, unknown>
type Output<S> = S extends Schema ? v.InferOutput<S> : undefined

export interface About<B, Q> {
  /** One sentence, for OpenAPI. */
  readonly summary: string
  readonly body?: B
  readonly query?: Q
  /** Headers that it heeds, beside those of every request → what they say. */
  readonly headers?: Readonly<Record<string, string>>
  /** Status → what it carries; null for no body, a media type for what is no JSON. */
  readonly answers: Readonly<Record<number, Schema | string | null>>
  /** `none`: for everybody. `ticket`: a ticket will do as well as a key. `key` unless given. */
  readonly access?: 'none' | 'key' | 'ticket'
  /** What is secret in the answer is not kept for a repeated request. */
  readonly secret?: true
}
export interface Asked<B, Q> {
  readonly body: B
  readonly query: Q
}
export interface Route {
  readonly method: Method
  /** With Hono's `:name`; the names are in `params`. */
  readonly path: string
  readonly about: About<Schema | undefined, Schema | undefined>
  readonly handle: (context: Context<Env>) => Promise<Response>
}

export function route<B extends Schema | undefined = undefined, Q extends Schema | undefined = undefined>(
  method: Method,
  path: string,
  about: About<B, Q>,
  handle: (context: Context<Env>, asked: Asked<Output<B>, Output<Q>>) => Response | Promise<Response>,
): Route {
  return {
    method,
    path,
    about,
    async handle(context) {
      checkParams(context.req.param() as Record<string, string>)
      const query = about.query ? check(about.query, context.req.query(), 'invalid_query') : undefined
      const body = about.body ? check(about.body, await readJson(context), 'invalid_body') : undefined
      return handle(context, { query: query as Output<Q>, body: body as Output<B> })
    },
  }
}

/** Mounts routes, `repeatable` before those whose answers may be kept, and answers `405` for their paths' other methods. */
export function mount(app: Hono<Env>, routes: readonly Route[], repeatable: MiddlewareHandler<Env>) {
  const methods = new Map<string, Method[]>()
  for (const { method, path, about, handle } of routes) {
    if (method !== 'GET' && !about.secret) app.on(method, path, repeatable)
    app.on(method, path, handle)
    methods.set(path, [...(methods.get(path) ?? []), method])
  }
  for (const [path, allowed] of methods) {
    app.all(path, (context) => {
      const allow = allowed.join(', ')
      const detail = `${context.req.method} is not for this address; it takes ${allow}.`
      throw new ProblemError('method_not_allowed', detail, { allow })
    })
  }
}

/** Who acts, and the request's idempotency, for a command. */
export function commandOf(context: Context<Env>): Command {
  return { actor: context.get('actor'), idempotency: context.get('idempotency') ?? null }
}

/** An agent acts under the approvals of people: it may not grant itself what is theirs to grant. */
export function refuseAgents(context: Context<Env>, what: string) {
  if (context.get('actor').kind === 'agent')
    throw new ProblemError('forbidden', `${what} is for people: an agent's key cannot do it.`)
}

/** The parameter of a matched path, checked already. */
export function param(context: Context<Env>, name: string): string {
  const value = context.req.param(name)
  if (value === undefined) throw new Error(`The path ${context.req.routePath} has no ${name}.`)
  return value
}

async function readJson(context: Context<Env>): Promise<unknown> {
  const text = await context.req.text()
  if (text === '') throw new ProblemError('invalid_json', 'The body is empty; send a JSON object.')
  try {
    return JSON.parse(text)
  } catch {
    throw new ProblemError('invalid_json', 'The body is no well-formed JSON.')
  }
}

function check<S extends Schema>(schema: S, value: unknown, code: 'invalid_body' | 'invalid_query'): v.InferOutput<S> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const issues = result.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message }))
  const [first] = issues
  const where = first?.path ? ` at ${first.path}` : ''
  const what = code === 'invalid_body' ? 'body' : 'query'
  throw new ProblemError(code, `The ${what} is not as it should be${where}: ${first?.message}`, { issues })
}
