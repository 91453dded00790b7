/** What went wrong with an agent, from the many ways in which agents say it. */
import { type AuthMethod, RequestError } from '@agentclientprotocol/sdk'
import { runtimeError, wordsOf } from '../failure.ts'
import { RuntimeError } from '../runtime.ts'

/** JSON-RPC's codes as ACP uses them. */
const authRequired = -32000
const methodNotFound = -32601
const transientStatuses = new Set([408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529])

const networkTrouble = /ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|socket hang up|fetch failed|connection reset/i

export interface Speaker {
  readonly name: string
  /** What the agent said of ways to log in. */
  readonly authMethods: readonly AuthMethod[]
  readonly loginHint?: string
}

/** An agent's own error answer. */
export function answeredError(error: RequestError, speaker: Speaker): RuntimeError {
  const cause = causeOf(error)
  if (error.code === authRequired) return needsLogin(speaker, cause)
  const status = statusOf(error.data) ?? statusInWords(cause)
  if (status === 401 || status === 403) return needsLogin(speaker, cause)
  if (status !== undefined && transientStatuses.has(status)) {
    const retryAfterMs = retryAfterOf(error.data)
    return runtimeError('transient', `The model service answered ${status}.`, { cause, status, retryAfterMs })
  }
  if (networkTrouble.test(cause)) return runtimeError('transient', 'The model service could not be reached.', { cause })
  return runtimeError('refused', `${speaker.name} answered with an error.`, { cause, status })
}

export function needsLogin({ name, authMethods, loginHint }: Speaker, cause: string): RuntimeError {
  const ways = authMethods.map(({ name: way, description }) => (description ? `${way} (${description})` : way))
  const hint = loginHint ?? (ways.length > 0 ? `It offers: ${ways.join('; ')}.` : 'Log in with its own program.')
  return runtimeError('needs_login', `${name} needs you to log in. ${hint}`, { cause })
}

export function isMethodNotFound(error: unknown): boolean {
  return error instanceof RequestError && error.code === methodNotFound
}

/** True where a new session can do what taking up the old one could not. */
export function canBeginAnew(error: unknown): boolean {
  return error instanceof RuntimeError && (error.failure.kind === 'refused' || error.failure.kind === 'transient')
}

const maxCauseCharacters = 4096

function causeOf(error: RequestError): string {
  const details = firstWords(error.data)
  const cause = details && !error.message.includes(details) ? `${error.message}: ${details}` : error.message
  return cause.slice(0, maxCauseCharacters)
}

function firstWords(data: unknown): string | undefined {
  if (typeof data === 'string') return data
  if (typeof data !== 'object' || data === null) return undefined
  for (const name of ['details', 'message', 'error', 'cause']) {
    const words = firstWords((data as Record<string, unknown>)[name])
    if (words) return words
  }
  return undefined
}

function statusOf(data: unknown, depth = 0): number | undefined {
  if (typeof data !== 'object' || data === null || depth > 3) return undefined
  const fields = data as Record<string, unknown>
  for (const name of ['status', 'statusCode', 'status_code', 'httpStatus', 'code']) {
    const value = Number(fields[name])
    if (value >= 400 && value <= 599) return value
  }
  for (const value of Object.values(fields)) {
    const status = statusOf(value, depth + 1)
    if (status !== undefined) return status
  }
  return undefined
}

/** `API Error: 529 overloaded`, `status code 429`, `HTTP 503`. */
function statusInWords(words: string): number | undefined {
  const match = /\b(?:status(?: code)?|HTTP(?:\/[\d.]+)?|API Error|error)\b[^\d\n]{0,8}([45]\d\d)\b/i.exec(words)
  return match ? Number(match[1]) : undefined
}

function retryAfterOf(data: unknown): number | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { retryAfterMs, retryAfter } = data as { retryAfterMs?: unknown; retryAfter?: unknown }
  if (typeof retryAfterMs === 'number' && retryAfterMs >= 0) return retryAfterMs
  if (typeof retryAfter === 'number' && retryAfter >= 0) return retryAfter * 1000
  return undefined
}

/** An agent that is no longer there, in its own last words. */
export function diedError(name: string, how: string, lastWords: string): RuntimeError {
  return runtimeError('died', `${name} ended by itself. ${how}`, { cause: lastWords })
}

export function unexpectedError(name: string, error: unknown): RuntimeError {
  return runtimeError('protocol', `${name} answered in a way that is no protocol.`, { cause: wordsOf(error) })
}
