/** What every storage of the log must do, whatever it is made of. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLog } from '../../server/log/create.ts'
import { type LogEntry, type LogStorage, type SessionLog, StaleOwner } from '../../server/log/log.ts'
import type { EventDraft } from '../../shared/events.ts'
import { chunk, newId, turnEnded } from '../store/support.ts'

export function logStorageConformance(name: string, make: () => Promise<LogStorage>): void {
  describe(`a log in ${name}`, () => {
    test('numbers the events of a session from 1 without a gap, each with the number before it in its stream', async () => {
      const { log, open } = await logOf(make)
      const chat = await open()
      const events = await append(chat, [chunk('run_a', '1'), chunk('run_b', '2'), chunk('run_a', '3')])
      expect(events.map(({ seq, prev }) => [seq, prev])).toEqual([
        [1, 0],
        [2, 0],
        [3, 1],
      ])
      expect(await log.head(chat.sessionId)).toBe(3)
      expect(chat.durableHead).toBe(3)
    })

    test('gives back exactly the bytes that were published, for ever', async () => {
      const { log, open, published } = await logOf(make)
      const chat = await open()
      await append(chat, [chunk('run_a', 'é 🧵 \u2028 \u0000 "quoted"\nline'), chunk('run_a', '\ud800')])
      expect(await everything(log.read(chat.sessionId, 0))).toEqual(published)
      expect(published.every(({ data }) => !data.includes('\n'))).toBe(true)
      expect(published.map(({ data }) => Object.keys(JSON.parse(data)).slice(0, 6))).toEqual(
        published.map(() => ['sessionId', 'streamId', 'seq', 'prev', 'at', 'type']),
      )
    })

    test('continues where the last owner left off, in each stream', async () => {
      const { open } = await logOf(make)
      const first = await open()
      await append(first, [chunk('run_a', '1'), chunk('run_b', '2'), turnEnded('run_a')])
      const second = await open(first.sessionId)
      expect([second.head, second.durableHead]).toEqual([3, 3])
      const [event] = await append(second, [chunk('run_b', 'more')])
      expect([event?.seq, event?.prev]).toEqual([4, 2])
    })

    test('writes nothing of an owner whose session another one has claimed', async () => {
      const { log, open } = await logOf(make)
      const first = await open()
      await append(first, [chunk('run_a', '1')])
      const second = await open(first.sessionId)
      await expect(append(first, [chunk('run_a', 'late')])).rejects.toThrow(StaleOwner)
      await expect(append(first, [chunk('run_a', 'later')])).rejects.toThrow(StaleOwner)
      await append(second, [chunk('run_a', 'mine')])
      expect((await everything(log.read(first.sessionId, 0))).map(({ data }) => JSON.parse(data).text)).toEqual([
        '1',
        'mine',
      ])
    })

    test('of two sessions that are written together, one stale, the other is written', async () => {
      const { open, published } = await logOf(make)
      const [stale, fresh] = [await open(), await open()]
      await open(stale.sessionId)
      const results = await Promise.allSettled([
        append(stale, [chunk('run_a', 'no')]),
        append(fresh, [chunk('run_a', 'yes')]),
      ])
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
      expect(published.map(({ sessionId }) => sessionId)).toEqual([fresh.sessionId])
    })

    test('knows nothing of a session that has no log', async () => {
      const { log } = await logOf(make)
      const unknown = newId('ses')
      expect([await log.head(unknown), await log.lastOf(unknown, 'run_a')]).toEqual([0, null])
      expect(await everything(log.read(unknown, 0))).toEqual([])
    })

    test('reads a long log of turns at once the same, packed in many pieces, large events among small ones', async () => {
      const { log, storage, open, published } = await logOf(make)
      // The last one speaks most, so that at first most of what is read is not packed.
      const streams = ['run_a', 'run_b', 'run_c', 'run_c', 'run_c', 'run_c']
      const chat = await open()
      for (let round = 0; round < 30; round++) {
        const text = 'x'.repeat(round % 7 === 0 ? 5_000 : 200)
        const drafts = Array.from({ length: 100 }, (_, index) => chunk(streams[(index + round) % 6] ?? '', text))
        await append(chat, drafts)
      }
      for (const streamId of new Set(streams)) {
        await storage.packStream(chat.sessionId, streamId)
        expect(await everything(log.read(chat.sessionId, 0))).toEqual(published)
        const ofOne = published.filter((entry) => entry.streamId === streamId && entry.seq > 1_500)
        expect(await everything(log.read(chat.sessionId, 1_500, { streamId }))).toEqual(ofOne)
      }
    })

    test('reads the same from any cursor, of one stream or all, packed or not', async () => {
      const { log, storage, open, published } = await logOf(make)
      const streams = ['run_a', 'run_b', 'session']
      const place = fc.nat({ max: 60 })
      const reads = fc.array(
        fc.record({
          after: place,
          upTo: fc.option(place, { nil: undefined }),
          streamId: fc.option(fc.constantFrom(...streams), { nil: undefined }),
          limit: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
          pack: fc.option(fc.constantFrom(...streams), { nil: null }),
        }),
        { minLength: 1, maxLength: 12 },
      )
      const written = fc.array(fc.constantFrom(...streams), { maxLength: 60 })
      await fc.assert(
        fc.asyncProperty(written, reads, async (streamIds, asked) => {
          published.length = 0
          const { sessionId } = await writtenTo(await open(), streamIds)
          for (const { after, pack, ...options } of asked) {
            if (pack) await storage.packStream(sessionId, pack)
            const { upTo = Number.POSITIVE_INFINITY, streamId = null } = options
            const isWanted = (entry: LogEntry) =>
              entry.seq > after && entry.seq <= upTo && (streamId === null || entry.streamId === streamId)
            expect(await everything(log.read(sessionId, after, options))).toEqual(published.filter(isWanted))
            const last = published.findLast((entry) => entry.streamId === streamId) ?? null
            if (streamId) expect(await log.lastOf(sessionId, streamId)).toEqual(last)
          }
        }),
        { numRuns: 25 },
      )
    })
  })
}

/** One event of each stream named, in that order. */
async function writtenTo(chat: SessionLog, streamIds: readonly string[]): Promise<SessionLog> {
  await append(
    chat,
    streamIds.map((streamId, index) => chunk(streamId, `${index}`)),
  )
  return chat
}

async function logOf(make: () => Promise<LogStorage>) {
  const storage = await make()
  const published: LogEntry[] = []
  const log = createLog(storage, { onCommitted: ({ entries }) => published.push(...entries) })
  const open = async (sessionId = newId('ses')) => log.open(sessionId)
  return { storage, log, open, published }
}

function append(chat: SessionLog, drafts: readonly EventDraft[]) {
  return chat.append(drafts, () => ({}))
}

export async function everything(pages: AsyncIterable<readonly LogEntry[]>): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for await (const page of pages) entries.push(...page)
  return entries
}
