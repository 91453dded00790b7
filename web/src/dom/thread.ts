/** The twelve thread colours: a session's hue comes from its id, so every tab and device gives it the same one. */
export const threadCount = 12

/** FNV-1a over the id's UTF-16 units, 0 to 11. */
export function threadHue(sessionId: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < sessionId.length; index++) {
    hash = Math.imul(hash ^ sessionId.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % threadCount
}

/** The class that gives an element and its inside `--thread`. */
export function threadClass(sessionId: string): string {
  return `thread-${threadHue(sessionId)}`
}
