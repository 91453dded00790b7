/**
 * One scheduler for the page: in one animation frame first all writes, then all reads, then what the reads want written.
 * So the layout is computed once a frame, however many sessions stream. A hidden page gets no frames: a timer stands in,
 * so that its title and rows stay true.
 */
export interface Frame {
  /** One write per key and frame; the newest one wins. */
  schedule(key: unknown, write: () => void): void
  /** Reads the layout after this frame's writes; `write` gets what was read, still before the frame is painted. */
  measure<Value>(read: () => Value, write?: (value: Value) => void): void
  /** Does what is waiting now: before the page goes into the back/forward cache, and in tests. */
  flush(): void
}

/** Long enough that a visible page's frame comes first, short enough that a hidden page's title is true at a glance. */
const withoutFramesMs = 250

export function createFrame(onError: (error: unknown) => void, signal?: AbortSignal): Frame {
  let writes = new Map<unknown, () => void>()
  let reads: (() => () => void)[] = []
  let frameId = 0
  let timerId: ReturnType<typeof setTimeout> | undefined

  const guarded = <Result>(job: () => Result): Result | undefined => {
    try {
      return job()
    } catch (error) {
      onError(error)
      return undefined
    }
  }

  const cancel = () => {
    cancelAnimationFrame(frameId)
    clearTimeout(timerId)
    timerId = undefined
  }

  // What jobs schedule while they run: reads of a write still belong to this frame, all else to the next.
  const flush = () => {
    cancel()
    const nowWrites = writes
    writes = new Map()
    for (const write of nowWrites.values()) guarded(write)
    const nowReads = reads
    reads = []
    for (const settle of nowReads.map((read) => guarded(read))) if (settle) guarded(settle)
    if (writes.size + reads.length > 0) request()
  }

  const request = () => {
    if (timerId !== undefined || signal?.aborted) return
    frameId = requestAnimationFrame(flush)
    timerId = setTimeout(flush, withoutFramesMs)
  }

  signal?.addEventListener('abort', () => {
    cancel()
    writes.clear()
    reads = []
  })

  return {
    schedule(key, write) {
      writes.set(key, write)
      request()
    },
    measure(read, write) {
      reads.push(() => {
        const value = read()
        return () => write?.(value)
      })
      request()
    },
    flush,
  }
}
