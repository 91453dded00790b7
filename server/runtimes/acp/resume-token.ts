/** How a chat's runtime session is found again: the agent's own id, and when it was made. */
import * as v from 'valibot'

const ResumeToken = v.object({ sessionId: v.pipe(v.string(), v.minLength(1)), createdAt: v.number() })
export type ResumeToken = v.InferOutput<typeof ResumeToken>

export function writeToken(token: ResumeToken): string {
  return JSON.stringify(token)
}

/** Null for what is no token of ours: another runtime's, or an older Heddle's. */
export function readToken(text: string | null): ResumeToken | null {
  if (text === null) return null
  try {
    const result = v.safeParse(ResumeToken, JSON.parse(text))
    return result.success ? result.output : null
  } catch {
    return null
  }
}
