/** A log storage in memory: what the port promises and nothing else. It can be told to fail, and to be slow. */
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises'
import type { CommitBatch, LogEntry, LogStorage } from '../../server/log/log.ts'

export interface MemoryStorage extends LogStorage {
  /** The next commits reject with this, until it is null again. */
  failure: Error | null
  /** Awaited by every commit and read: a storage takes its time, at least a turn of the loop. */
  pause: () => Promise<void>
  /** Every group that was asked to be committed, also those that failed. */
  readonly groups: (readonly CommitBatch[])[]
}

interface MemoryLog {
  epoch: number
  readonly entries: LogEntry[]
}

export function createMemoryStorage(): MemoryStorage {
  const logs = new Map<string, MemoryLog>()
  const entriesOf = (sessionId: string) => logs.get(sessionId)?.entries ?? []
  const storage: MemoryStorage = {
    failure: null,
    pause: () => nextTurnOfTheLoop(),
    groups: [],
    async claim(sessionId) {
      const log = logs.get(sessionId) ?? { epoch: 0, entries: [] }
      logs.set(sessionId, log)
      log.epoch++
      const prevByStream = new Map(log.entries.map(({ streamId, seq }) => [streamId, seq]))
      return { epoch: log.epoch, head: log.entries.length, prevByStream }
    },
    async commit(batches) {
      storage.groups.push(batches)
      await storage.pause()
      if (storage.failure) throw storage.failure
      return batches.map(({ sessionId, ownerEpoch, entries }) => {
        const log = logs.get(sessionId)
        if (log?.epoch !== ownerEpoch) return 'stale'
        log.entries.push(...entries)
        return 'written'
      })
    },
    async readEntries(sessionId, after, { limit, streamId, upTo = Number.POSITIVE_INFINITY }) {
      await storage.pause()
      const page: LogEntry[] = []
      const entries = entriesOf(sessionId)
      for (let index = after; index < entries.length && page.length < limit; index++) {
        const entry = entries[index]
        if (!entry || entry.seq > upTo) break
        if (streamId === undefined || entry.streamId === streamId) page.push(entry)
      }
      return page
    },
    head: async (sessionId) => entriesOf(sessionId).length,
    lastOf: async (sessionId, streamId) =>
      entriesOf(sessionId).findLast((entry) => entry.streamId === streamId) ?? null,
    packStream: async () => undefined,
    unpacked: async () => [],
  }
  return storage
}
