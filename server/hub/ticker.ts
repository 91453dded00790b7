/** Once per turn of the loop, what came in since the last one goes out: not inside the event that brought it. */
import type { Outlet } from './outlet.ts'
import type { Chunk } from './sse.ts'

export interface Ticker {
  /** Runs the tick soon, once however often it is asked for. */
  soon(): void
  /** Within a tick: goes out at its end, together with all else that this response gets in it. */
  keep(outlet: Outlet, chunk: Chunk): void
}

export function createTicker(tick: () => void): Ticker {
  const touched: Outlet[] = []
  let isScheduled = false

  function run(): void {
    isScheduled = false
    tick()
    for (const outlet of touched) outlet.sendKept()
    touched.length = 0
  }
  return {
    soon() {
      if (isScheduled) return
      isScheduled = true
      setImmediate(run)
    },
    keep(outlet, chunk) {
      if (outlet.keep(chunk)) touched.push(outlet)
    },
  }
}
