/** One timer for each key: set anew, it begins anew. All end with the signal. */
export interface KeyedTimers {
  set(key: string, delayMs: number, onTime: () => void): void
  clear(key: string): void
  /** Those that are still to come. */
  keys(): readonly string[]
}

export function createKeyedTimers(signal: AbortSignal): KeyedTimers {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const clear = (key: string) => {
    clearTimeout(timers.get(key))
    timers.delete(key)
  }
  signal.addEventListener('abort', () => {
    for (const key of [...timers.keys()]) clear(key)
  })
  return {
    set(key, delayMs, onTime) {
      clear(key)
      if (signal.aborted) return
      const run = () => {
        timers.delete(key)
        onTime()
      }
      timers.set(key, setTimeout(run, delayMs))
    },
    clear,
    keys: () => [...timers.keys()],
  }
}
