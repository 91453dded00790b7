/**
 * Requests to the server. An unsafe one carries an idempotency key, so that a try whose answer was cut off is made
 * again with the same key and acts once. Every failure is an `ApiProblem` with a sentence that a person can act on.
 */
import { nanoid } from 'nanoid'
import type { KeyStore } from './key-store.ts'
import { requestTimeoutMs, retryDelaysMs } from './limits.ts'
import { pause } from './pause.ts'
import { ApiProblem, problemOf, readJson } from './problem.ts'

export interface RequestOptions {
  body?: unknown
  /** Of a try made before, whose end is unknown; else a new one. */
  idempotencyKey?: string
  /** Not made again when it was cut off. */
  once?: boolean
  /** Goes on when the page ends. */
  keepalive?: boolean
}

export interface Api {
  /** `Answer` is what API.md promises of that route; void where it has no body. */
  request<Answer>(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    options?: RequestOptions,
  ): Promise<Answer>
  /** Trades a login code for a key and keeps it. */
  login(code: string): Promise<void>
  hasKey(): Promise<boolean>
  forgetKey(): Promise<void>
}

export interface ApiParts {
  readonly fetch: typeof fetch
  readonly keys: KeyStore
  /** The key is not, or no longer, a key. */
  readonly onUnauthorized: () => void
  readonly signal: AbortSignal
}

export function createApi({ fetch, keys, onUnauthorized, signal }: ApiParts): Api {
  let lastKey: string | null = null
  const keyFor = async () => {
    lastKey = await keys.read()
    return lastKey
  }

  const attempt = async (method: string, path: string, idempotencyKey: string, { body, keepalive }: RequestOptions) => {
    const headers = new Headers({ accept: 'application/json' })
    // A page that ends waits for no storage: what is to outlive it has to leave in this very moment.
    const key = (keepalive && lastKey) || (await keyFor())
    if (key) headers.set('authorization', `Bearer ${key}`)
    if (method !== 'GET') headers.set('idempotency-key', idempotencyKey)
    if (body !== undefined) headers.set('content-type', 'application/json')
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      keepalive: keepalive === true && isShort(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    })
    if (!response.ok) throw await problemOf(response)
    return response.status === 204 ? undefined : readJson(response)
  }

  const request: Api['request'] = async <Answer>(method: string, path: string, options: RequestOptions = {}) => {
    const idempotencyKey = options.idempotencyKey ?? nanoid()
    for (let tries = 0; ; tries++) {
      try {
        return (await attempt(method, path, idempotencyKey, options)) as Answer
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'unauthorized') onUnauthorized()
        const delayMs = retryDelaysMs[tries]
        if (options.once || delayMs === undefined || !wasCutOff(error)) throw asProblem(error)
        await pause(delayMs, signal)
      }
    }
  }

  return {
    request,
    async login(code) {
      // Once: a code that was taken is spent, and a second try would say that it was wrong.
      const { key } = await request<{ key: string }>('POST', '/api/login', { body: { code }, once: true })
      await keys.write(key)
    },
    hasKey: async () => (await keys.read()) !== null,
    forgetKey: () => keys.remove(),
  }
}

/** Browsers keep at most 64 KiB alive for all requests of a page together. */
function isShort(body: unknown): boolean {
  return JSON.stringify(body ?? '').length < 16 * 1024
}

/** No answer came: whether it acted is unknown. `fetch` says so by a TypeError. */
function wasCutOff(error: unknown): boolean {
  return error instanceof TypeError
}

function asProblem(error: unknown): Error {
  if (error instanceof ApiProblem) return error
  if (wasCutOff(error))
    return new ApiProblem('offline', 'Heddle cannot be reached. Nothing was lost; try again when it is back.')
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new ApiProblem('timeout', 'Heddle did not answer in time. Try again: it will not be done twice.')
  return error instanceof Error ? error : new Error(String(error))
}
