/** The raw input of a tool call, told in pieces: by the call, then by what is asked about it. */

/** Where both speak, the later wins; what is empty says nothing. */
export function merged(before: unknown, later: unknown): unknown {
  if (isEmpty(later)) return before
  return isRecord(before) && isRecord(later) ? { ...before, ...later } : later
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

export function isEmpty(raw: unknown): boolean {
  return raw === undefined || raw === null || (typeof raw === 'object' && Object.keys(raw).length === 0)
}
