/**
 * The durable queue, as values. It drains from the front after a good end. After a stop, an error or a restart what is
 * in it is held until a person resumes it; what is sent from then on is *eager*: it goes before what is held, and runs
 * in its turn; what a turn was interrupted for is eager as well. Who is eager is known in memory only: after a restart everything waits.
 */
import type { Queue, QueuedMessage } from '../../shared/model.ts'

export type Held = NonNullable<Queue['held']>
type Eager = ReadonlySet<string>

export const emptyQueue: Queue = { items: [], held: null }

/** An eager item stands behind the other eager ones and before what is held; any other at the end. */
export function enqueue(queue: Queue, item: QueuedMessage, eager: Eager): Queue {
  if (!eager.has(item.messageId)) return { ...queue, items: [...queue.items, item] }
  const at = queue.items.findLastIndex(({ messageId }) => eager.has(messageId)) + 1
  return { ...queue, items: queue.items.toSpliced(at, 0, item) }
}

/** Takes one out; a queue that has nothing held in it any more drains by itself again. */
export function takeOut(queue: Queue, messageId: string, eager: Eager): Queue {
  const items = queue.items.filter((item) => item.messageId !== messageId)
  return hold({ ...queue, items }, queue.held, eager)
}

/** Holds all that is not eager. */
export function hold(queue: Queue, reason: Held | null, eager: Eager): Queue {
  const held = queue.items.some((item) => !eager.has(item.messageId)) ? reason : null
  return held === queue.held ? queue : { ...queue, held }
}

/** What runs next by itself; undefined if nothing may. */
export function nextOf(queue: Queue, eager: Eager): QueuedMessage | undefined {
  return queue.held ? queue.items.find((item) => eager.has(item.messageId)) : queue.items[0]
}

/** What a person changes of a message that waits; `position` from 1. */
export interface Edit {
  readonly text?: string
  readonly files?: QueuedMessage['files']
  readonly position?: number
}

/** Unchanged if it says and stands as it did before, or is not there. */
export function edit(queue: Queue, messageId: string, { text, files, position }: Edit): Queue {
  const from = queue.items.findIndex((item) => item.messageId === messageId)
  const before = queue.items[from]
  if (!before) return queue
  const after = { ...before, ...(text === undefined ? {} : { text }), ...(files === undefined ? {} : { files }) }
  const to = Math.min((position ?? from + 1) - 1, queue.items.length - 1)
  if (to === from && JSON.stringify(after) === JSON.stringify(before)) return queue
  return { ...queue, items: queue.items.toSpliced(from, 1).toSpliced(to, 0, after) }
}
