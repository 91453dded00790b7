/** Packs streams that have ended, one after another, a while after their end. */
import { packAfterMs } from './limits.ts'
import type { LogStorage } from './log.ts'

export interface Packing {
  streamEnded(sessionId: string, streamId: string): void
}

interface PackingOptions {
  readonly onPackingFailed?: (error: unknown) => void
  readonly signal?: AbortSignal
}

export function createPacking(storage: LogStorage, { onPackingFailed, signal }: PackingOptions): Packing {
  const ended: { sessionId: string; streamId: string }[] = []
  let isRunning = false

  async function run(): Promise<void> {
    for (let stream = ended.shift(); stream && !signal?.aborted; stream = ended.shift())
      await storage.packStream(stream.sessionId, stream.streamId)
  }
  function start(): void {
    if (isRunning || signal?.aborted) return
    isRunning = true
    run()
      .catch((error: unknown) => {
        if (!signal?.aborted) onPackingFailed?.(error)
      })
      .finally(() => {
        isRunning = false
      })
  }
  function soon(): void {
    // Nothing waits for it: a process that has nothing else to do may end.
    setTimeout(start, packAfterMs).unref()
  }
  storage
    .unpacked()
    .then((left) => {
      ended.push(...left)
      if (left.length > 0) soon()
    })
    .catch((error: unknown) => onPackingFailed?.(error))
  return {
    streamEnded(sessionId, streamId) {
      ended.push({ sessionId, streamId })
      soon()
    },
  }
}
