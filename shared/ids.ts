/**
 * Ids are a prefix and 22 characters of nanoid's alphabet: more than 128 bits of randomness. They are checked by
 * pattern before anything else looks at them, and never used as a path.
 */
export const idPrefixes = ['ses', 'prj', 'run', 'msg', 'prm', 'qst', 'fil', 'key'] as const
export type IdPrefix = (typeof idPrefixes)[number]

/** Length of the random part, in characters of nanoid's 64-letter alphabet (132 bits). */
export const idRandomLength = 22

const pattern = /^(ses|prj|run|msg|prm|qst|fil|key)_[A-Za-z0-9_-]{22}$/

export function isId(prefix: IdPrefix, value: string): boolean {
  return pattern.test(value) && value.startsWith(`${prefix}_`)
}

/** The stream of what no run owns. */
export const sessionStreamId = 'session'

/** `ses_…/42`: the id of an event's SSE frame. */
export function eventId(sessionId: string, seq: number): string {
  return `${sessionId}/${seq}`
}

/** The `seq` in `ses_…/42` or in a bare `42`; null for anything else, and for another session's. */
export function seqOfEventId(sessionId: string, value: string): number | null {
  const bare = value.startsWith(`${sessionId}/`) ? value.slice(sessionId.length + 1) : value
  if (!/^\d{1,15}$/.test(bare)) return null
  return Number(bare)
}

/** The key of a live stream: `ses_…/run_…`. */
export function streamKey(sessionId: string, streamId: string): string {
  return `${sessionId}/${streamId}`
}
