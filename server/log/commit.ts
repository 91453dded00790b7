/**
 * Group commit: what is appended while a commit is under way is written by the next one, in one transaction. Idle, a
 * commit starts at the end of the current microtasks; so nothing waits for a timer, and the delay is bounded by one commit.
 */

import { countWithin } from '../../shared/bounded.ts'
import type { Session } from '../../shared/model.ts'
import { groupEntries } from './limits.ts'
import { type CommitBatch, type LogEntry, type LogStorage, type OnCommitted, StaleOwner } from './log.ts'

/** Who appends. After its first failure nothing of it is written: what follows would stand on what is not there. */
export interface Owner {
  failure: Error | null
  durableHead: number
}

export interface Commits {
  /** Resolves, in the order of the calls, when the batch is durable and published. */
  add(owner: Owner, batch: CommitBatch): Promise<void>
  /** Resolves when everything added until now is durable, or has failed. */
  flush(): Promise<void>
}

interface Waiting {
  readonly owner: Owner
  readonly batch: CommitBatch
  resolve(): void
  reject(error: Error): void
}

/** `onCommitted` must not throw: who waits is answered after it. */
export function createCommits(storage: LogStorage, onCommitted: OnCommitted): Commits {
  let waiting: Waiting[] = []
  let last: Promise<void> = Promise.resolve()
  let isRunning = false

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(
        0,
        countWithin(waiting, groupEntries, ({ batch }) => batch.entries.length),
      )
      await commitGroup(storage, onCommitted, group)
      waiting = waiting.filter(isStillWritable)
    }
    isRunning = false
  }

  return {
    add(owner, batch) {
      if (owner.failure) return Promise.reject(owner.failure)
      last = new Promise((resolve, reject) => waiting.push({ owner, batch, resolve, reject }))
      if (!isRunning) {
        isRunning = true
        queueMicrotask(run)
      }
      return last
    },
    async flush() {
      await Promise.allSettled([last])
    },
  }
}

async function commitGroup(storage: LogStorage, onCommitted: OnCommitted, group: readonly Waiting[]): Promise<void> {
  let outcomes: Awaited<ReturnType<LogStorage['commit']>>
  try {
    outcomes = await storage.commit(group.map(({ batch }) => batch))
  } catch (error) {
    for (const item of group) fail(item, error instanceof Error ? error : new Error(String(error)))
    return
  }
  const written = group.filter((_, index) => outcomes[index] === 'written')
  for (const { owner, batch } of written) owner.durableHead = batch.entries.at(-1)?.seq ?? owner.durableHead
  onCommitted(commitOf(written))
  group.forEach((item, index) => {
    if (outcomes[index] === 'written') item.resolve()
    else fail(item, new StaleOwner(item.batch.sessionId))
  })
}

function commitOf(written: readonly Waiting[]): { entries: LogEntry[]; sessions: Session[] } {
  const newest = new Map<string, Session>()
  for (const { batch } of written) if (batch.rows.session) newest.set(batch.sessionId, batch.rows.session)
  return { entries: written.flatMap(({ batch }) => batch.entries), sessions: [...newest.values()] }
}

function fail({ owner, reject }: Waiting, error: Error): void {
  owner.failure ??= error
  reject(owner.failure)
}

function isStillWritable(item: Waiting): boolean {
  if (item.owner.failure) item.reject(item.owner.failure)
  return item.owner.failure === null
}
