/** The sessions that somebody watches; the others cost nothing here. */
import type { LogEntry } from '../log/log.ts'
import type { Cursor } from './hub.ts'
import { type Reader, Subscription } from './subscription.ts'
import { type Sources, Topic } from './topic.ts'

export interface Topics {
  publish(entries: readonly LogEntry[]): void
  /** Gives out what was published since the last tick. */
  tick(): void
  /** A subscription, begun; its topic lives until the last one is closed. */
  watch(sessionId: string, streamId: string, after: Cursor, reader: Reader): Subscription
  /** The session was removed, or just that stream of it. */
  gone(sessionId: string, streamId?: string): void
  /** Subscriptions, in all. */
  count(): number
}

export function createTopics(sources: Sources): Topics {
  const topics = new Map<string, Topic>()
  const changed = new Set<Topic>()

  function topicOf(sessionId: string): Topic {
    const known = topics.get(sessionId)
    if (known) return known
    const topic = new Topic(sessionId, sources, () => topics.delete(sessionId))
    topics.set(sessionId, topic)
    return topic
  }
  return {
    publish(entries) {
      for (const entry of entries) {
        const topic = topics.get(entry.sessionId)
        if (!topic) continue
        topic.publish(entry)
        changed.add(topic)
      }
    },
    tick() {
      for (const topic of changed) topic.tick()
      changed.clear()
    },
    watch(sessionId, streamId, after, reader) {
      const subscription = new Subscription(topicOf(sessionId), streamId, reader, sources)
      subscription.begin(after)
      return subscription
    },
    gone(sessionId, streamId) {
      for (const subscription of [...(topics.get(sessionId)?.subscriptions ?? [])])
        if (streamId === undefined || subscription.streamId === streamId) subscription.sessionGone()
    },
    count: () => [...topics.values()].reduce((sum, topic) => sum + topic.subscriptions.size, 0),
  }
}
