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

/** Resolves when nothing of these runtimes is alive, with the number of processes that were ended. */
export async function reapLeftovers(recorded: readonly RecordedRuntime[]): Promise<number> {
  const ended = await Promise.all(recorded.map(reap))
  return ended.reduce((sum, count) => sum + count, 0)
}

async function reap({ runtimeId, pid, startTime }: RecordedRuntime): Promise<number> {
  const isOurs = startTime !== '' && (await startTimeOf(pid)) === startTime
  return endTree({ runtimeId, pid: isOurs ? pid : null })
}
