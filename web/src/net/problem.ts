/** What went wrong with a request, in words that the page can show. */
import type { Problem } from '../../../shared/problems.ts'

/** `code`: the server's, or one of the page's own: `offline`, `timeout`, `broken_answer`. */
export class ApiProblem extends Error {
  readonly code: string
  readonly more: Readonly<Record<string, unknown>>

  constructor(code: string, detail: string, more: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.name = 'ApiProblem'
    this.code = code
    this.more = more
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('application/problem+json'))
    return new ApiProblem('broken_answer', `The server answered ${response.status} without saying why. Try again.`)
  const { code, detail, type: _type, title: _title, status, ...more } = (await readJson(response)) as Problem
  return new ApiProblem(code, detail, { ...more, status, retryAfterMs: retryAfterMs(response) })
}

/** What a 429 or 503 asks for; null if it does not say. */
export function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null
}

export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's error page, or half an answer.
    throw new ApiProblem('broken_answer', 'The answer could not be read. Something between here and Heddle changed it.')
  }
}
