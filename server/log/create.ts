/** The log over any storage: gives the numbers, keeps the order, reads in pages. */
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises'
import type { EventDraft, SessionEvent } from '../../shared/events.ts'
import { type Commits, createCommits, type Owner } from './commit.ts'
import { pageEntries } from './limits.ts'
import type { Log, LogEntry, LogStorage, OnCommitted, ReadOptions, Rows, SessionLog } from './log.ts'
import { createPacking } from './packing.ts'

export interface LogOptions {
  readonly onCommitted: OnCommitted
  /** The listener has thrown. What it was told is durable all the same, and the log goes on. Else an uncaught error. */
  readonly onListenerFailed?: (error: unknown) => void
  /** Packing has failed; the rows stay as they are, and the next start tries again. */
  readonly onPackingFailed?: (error: unknown) => void
  /** Ends packing, which runs by itself. */
  readonly signal?: AbortSignal
}

export function createLog(storage: LogStorage, options: LogOptions): Log {
  const packing = createPacking(storage, options)
  const { onCommitted, onListenerFailed = throwAlone } = options
  const commits = createCommits(storage, (commit) => {
    try {
      onCommitted(commit)
    } catch (error) {
      onListenerFailed(error)
    }
    for (const { type, sessionId, streamId } of commit.entries)
      if (type === 'turn_ended') packing.streamEnded(sessionId, streamId)
  })
  return {
    async open(sessionId) {
      return sessionLog(commits, sessionId, await storage.claim(sessionId))
    },
    read: (sessionId, after, options = {}) => readPages(storage, sessionId, after, options),
    head: (sessionId) => storage.head(sessionId),
    lastOf: (sessionId, streamId) => storage.lastOf(sessionId, streamId),
    flush: () => commits.flush(),
  }
}

function throwAlone(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

function sessionLog(commits: Commits, sessionId: string, claim: Awaited<ReturnType<LogStorage['claim']>>): SessionLog {
  const owner: Owner = { failure: null, durableHead: claim.head }
  const prevByStream = new Map(claim.prevByStream)
  let head = claim.head
  return {
    sessionId,
    get head() {
      return head
    },
    get durableHead() {
      return owner.durableHead
    },
    async append(drafts, rowsFor) {
      if (owner.failure) throw owner.failure
      const { events, prevs } = numbered(sessionId, head, prevByStream, drafts)
      const rows = rowsFor(events)
      // Only now: a draft whose rows cannot be made has had no number.
      head += events.length
      for (const [streamId, seq] of prevs) prevByStream.set(streamId, seq)
      await commits.add(owner, batchOf(sessionId, claim.epoch, events, rows))
      return events
    },
  }
}

function numbered(
  sessionId: string,
  head: number,
  prevByStream: ReadonlyMap<string, number>,
  drafts: readonly EventDraft[],
): { events: SessionEvent[]; prevs: Map<string, number> } {
  const prevs = new Map<string, number>()
  const events = drafts.map(({ streamId, at, type, ...body }, index) => {
    const seq = head + index + 1
    const prev = prevs.get(streamId) ?? prevByStream.get(streamId) ?? 0
    prevs.set(streamId, seq)
    return { sessionId, streamId, seq, prev, at, type, ...body } as SessionEvent
  })
  return { events, prevs }
}

function batchOf(sessionId: string, ownerEpoch: number, events: readonly SessionEvent[], rows: Rows) {
  const entries = events.map((event): LogEntry => {
    const { streamId, seq, prev, type } = event
    return { sessionId, streamId, seq, prev, type, data: JSON.stringify(event) }
  })
  return { sessionId, ownerEpoch, entries, rows }
}

/** Between two pages everything else gets its turn. */
async function* readPages(
  storage: LogStorage,
  sessionId: string,
  after: number,
  { limit = pageEntries, ...options }: ReadOptions,
): AsyncGenerator<readonly LogEntry[]> {
  const upTo = options.upTo ?? Number.POSITIVE_INFINITY
  let last = after
  while (last < upTo) {
    const page = await storage.readEntries(sessionId, last, { ...options, limit })
    if (page.length === 0) return
    yield page
    last = page.at(-1)?.seq ?? upTo
    await nextTurnOfTheLoop()
  }
}
