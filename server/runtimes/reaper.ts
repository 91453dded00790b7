/**
 * Ends what a crash has left running. A recorded process is ours only if its start time is the recorded one; what
 * descends from it is found by the runtime's marker. A pid that now belongs to another process is never touched.
 */
import { startTimeOf } from './process-table.ts'
import { endTree } from './tree.ts'

export interface RecordedRuntime {
  readonly runtimeId: string
  readonly pid: number
  /** As given to `onProcess`; empty where the platform has none. */
  readonly startTime: string
}

export interface Reaped {
  /** Processes that were ended. */
  readonly ended: number
  /** What does not end (another user's, or one that waits for its disk), by runtime: to be tried again another time. */
  readonly stuck: ReadonlyMap<string, Error>
}

/** Resolves when nothing of these runtimes is alive, but for what is stuck. */
export async function reapLeftovers(recorded: readonly RecordedRuntime[]): Promise<Reaped> {
  const stuck = new Map<string, Error>()
  const counts = await Promise.all(
    recorded.map(async (runtime) => {
      try {
        return await reap(runtime)
      } catch (error) {
        stuck.set(runtime.runtimeId, error instanceof Error ? error : new Error(String(error)))
        return 0
      }
    }),
  )
  return { ended: counts.reduce((sum, count) => sum + count, 0), stuck }
}

async function reap({ runtimeId, pid, startTime }: RecordedRuntime): Promise<number> {
  const isOurs = startTime !== '' && (await startTimeOf(pid)) === startTime
  return endTree({ runtimeId, pid: isOurs ? pid : null })
}
