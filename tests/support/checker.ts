/**
 * The promises of the wire contract as a check: for every subscriber ids only grow and come once, the union is gapless,
 * the same id is the same bytes for everybody, and what was acknowledged is in the log.
 */
import type { SessionEvent } from '../../shared/events.ts'

export interface Seen {
  seq: number
  data: string
}

export interface Checker {
  /** One frame that carries an event, as a subscriber got it. A `reset` or `snapshot` starts anew at its `seq`. */
  saw(subscriber: string, sessionId: string, seq: number, data: string): void
  jumped(subscriber: string, sessionId: string, seq: number): void
  acknowledged(sessionId: string, messageId: string): void
  /** A decision that was answered 200. */
  decided(sessionId: string, permissionId: string): void
  cursor(subscriber: string, sessionId: string): number
  /** Compares everything that was seen with the log as read back; returns what is wrong, in words. */
  verify(sessionId: string, log: readonly Seen[]): string[]
  readonly faults: readonly string[]
}

export function createChecker(): Checker {
  const cursors = new Map<string, number>()
  const bytes = new Map<string, Map<number, string>>()
  const acknowledged = new Map<string, string[]>()
  const decided = new Map<string, string[]>()
  const faults: string[] = []
  const cursorKey = (subscriber: string, sessionId: string) => `${subscriber} ${sessionId}`
  return {
    faults,
    saw(subscriber, sessionId, seq, data) {
      const key = cursorKey(subscriber, sessionId)
      const last = cursors.get(key) ?? 0
      if (seq !== last + 1) faults.push(`${subscriber}: ${sessionId} went from ${last} to ${seq}`)
      cursors.set(key, seq)
      const known = bytes.get(sessionId) ?? new Map<number, string>()
      bytes.set(sessionId, known)
      const before = known.get(seq)
      if (before !== undefined && before !== data) faults.push(`${sessionId}/${seq} differs between subscribers`)
      known.set(seq, data)
    },
    jumped(subscriber, sessionId, seq) {
      cursors.set(cursorKey(subscriber, sessionId), seq)
    },
    acknowledged(sessionId, messageId) {
      acknowledged.set(sessionId, [...(acknowledged.get(sessionId) ?? []), messageId])
    },
    decided(sessionId, permissionId) {
      decided.set(sessionId, [...(decided.get(sessionId) ?? []), permissionId])
    },
    cursor: (subscriber, sessionId) => cursors.get(cursorKey(subscriber, sessionId)) ?? 0,
    verify(sessionId, log) {
      const wrong = [...faults]
      log.forEach((entry, index) => {
        if (entry.seq !== index + 1) wrong.push(`the log of ${sessionId} has ${entry.seq} at place ${index + 1}`)
      })
      for (const [seq, data] of bytes.get(sessionId) ?? [])
        if (log[seq - 1]?.data !== data)
          wrong.push(`${sessionId}/${seq} was shown, and is not in the log as it was shown`)
      const events = log.map((entry) => JSON.parse(entry.data) as SessionEvent)
      wrong.push(...unended(sessionId, events), ...unkept(sessionId, acknowledged.get(sessionId) ?? [], events))
      wrong.push(...undecided(sessionId, decided.get(sessionId) ?? [], events))
      return wrong
    },
  }
}

function unended(sessionId: string, events: readonly SessionEvent[]): string[] {
  const count = (type: string, streamId: string) =>
    events.filter((event) => event.type === type && event.streamId === streamId).length
  const started = events.filter((event) => event.type === 'turn_started').map((event) => event.streamId)
  return started
    .filter((streamId) => count('turn_ended', streamId) !== 1 || count('turn_started', streamId) !== 1)
    .map((streamId) => `${sessionId}: ${streamId} has ${count('turn_ended', streamId)} ends`)
}

/** A message that was acknowledged stands once: said, or still in the queue. */
function unkept(sessionId: string, messageIds: readonly string[], events: readonly SessionEvent[]): string[] {
  const queue = events.findLast((event) => event.type === 'queue_changed')
  const queued = new Set(queue?.type === 'queue_changed' ? queue.queue.items.map((item) => item.messageId) : [])
  return messageIds.flatMap((messageId) => {
    const said = events.filter((event) => event.type === 'user_message' && event.message.id === messageId).length
    const total = said + (queued.has(messageId) ? 1 : 0)
    return total === 1 ? [] : [`${sessionId}: the acknowledged ${messageId} stands ${total} times`]
  })
}

function undecided(sessionId: string, permissionIds: readonly string[], events: readonly SessionEvent[]): string[] {
  return permissionIds.flatMap((permissionId) => {
    const decisions = events.filter(
      (event) => event.type === 'permission_resolved' && event.permission.id === permissionId,
    ).length
    return decisions === 1 ? [] : [`${sessionId}: ${permissionId} was decided ${decisions} times`]
  })
}
