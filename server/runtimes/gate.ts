/** At most so many at once; the rest wait in order. */
export interface Gate {
  /** Waits for a place, holds it while `work` runs. Rejects with the signal's reason if it aborts while waiting. */
  pass<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export function createGate(places: number): Gate {
  let free = places
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async pass(signal, work) {
      signal.throwIfAborted()
      if (free > 0) free--
      else await takeTurn(waiting, signal)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

function takeTurn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = () => {
      signal.removeEventListener('abort', giveUp)
      resolve()
    }
    const giveUp = () => {
      waiting.splice(waiting.indexOf(enter), 1)
      reject(signal.reason)
    }
    waiting.push(enter)
    signal.addEventListener('abort', giveUp, { once: true })
  })
}
