/** Where a tab is in the sessions it watches, and what of a connection's messages is next for it. */
import type { LiveMessage } from './connection.ts'

export type Cursor = number | 'snapshot'

/** Whether the tab is to have the message; moves its cursor if so. */
export function takes(cursors: Map<string, Cursor>, message: LiveMessage): boolean {
  if ('seq' in message && 'streamId' in message) {
    if (cursors.get(message.sessionId) !== message.seq - 1) return false
    cursors.set(message.sessionId, message.seq)
    return true
  }
  switch (message.type) {
    case 'snapshot': {
      const cursor = cursors.get(message.sessionId)
      if (cursor === undefined || (cursor !== 'snapshot' && cursor >= message.seq)) return false
      cursors.set(message.sessionId, message.seq)
      return true
    }
    case 'reset':
      if (!cursors.has(message.sessionId)) return false
      cursors.set(message.sessionId, message.seq)
      return true
    case 'session_gone':
      return cursors.delete(message.sessionId)
    case 'ping':
      return false
    default:
      return true
  }
}

/** The cursor from which all of them are served; those who wait for a snapshot do not hold the others back. */
export function lowest(cursors: readonly Cursor[]): Cursor {
  const numbers = cursors.filter((cursor) => cursor !== 'snapshot')
  return numbers.length > 0 ? Math.min(...numbers) : 'snapshot'
}
