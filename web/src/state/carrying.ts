/** What the live connection should carry for this tab: the session on screen, and every running one it has opened. */
import { catchUpEvents } from './limits.ts'
import type { Pane } from './pane.ts'
import type { Running } from './running.ts'
import { isBusy } from './sections.ts'
import type { Rows } from './sessions.ts'

/** What net/live does for a tab. */
export interface LiveLink {
  /** Begins to carry a session after a cursor, or rewinds it there. */
  watch(sessionId: string, after: number | 'snapshot'): void
  unwatch(sessionId: string): void
}

export interface Carrying {
  /** Brings what is carried in line with what is shown and runs; gives the idle ones that were given up. */
  sync(): readonly string[]
  /** Nothing is carried: the connection is another one. */
  forgetAll(): void
  forget(sessionId: string): void
  /** There is a gap: it is asked for again, once, until something of it has come. */
  rejoin(sessionId: string): void
  progressed(sessionId: string): void
}

export function createCarrying(running: Running, rows: Rows, pane: Pane, link: LiveLink): Carrying {
  const carried = new Set<string>()
  const rejoining = new Set<string>()

  const isWanted = (id: string): boolean => {
    if (pane.route.name === 'session' && pane.route.sessionId === id) return pane.S.phase !== 'missing'
    const state = running.INFLIGHT.get(id)
    if (!state) return false
    const row = rows.get(id)
    return state.live !== null || (row !== null && isBusy(row))
  }

  const watch = (id: string) => {
    carried.add(id)
    link.watch(id, cursorFor(running, rows, id))
  }

  const forget = (id: string) => {
    carried.delete(id)
    rejoining.delete(id)
  }

  return {
    sync() {
      const candidates = new Set(running.INFLIGHT.keys())
      if (pane.route.name === 'session') candidates.add(pane.route.sessionId)
      for (const id of carried) {
        if (isWanted(id)) continue
        forget(id)
        link.unwatch(id)
      }
      for (const id of candidates) if (!carried.has(id) && isWanted(id)) watch(id)
      return running.evict(isWanted)
    },
    forgetAll() {
      carried.clear()
      rejoining.clear()
    },
    forget,
    rejoin(id) {
      if (!carried.has(id) || rejoining.has(id)) return
      rejoining.add(id)
      watch(id)
    },
    progressed: (id) => void rejoining.delete(id),
  }
}

/** Its own cursor, so that nothing comes twice; a snapshot where that is less than what was missed. */
function cursorFor(running: Running, rows: Rows, id: string): number | 'snapshot' {
  const cursor = running.cursorOf(id)
  if (cursor === 'snapshot') return cursor
  return (rows.get(id)?.headSeq ?? 0) - cursor > catchUpEvents ? 'snapshot' : cursor
}
