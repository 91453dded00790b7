/** Which turns of a session are in the page, and when more are brought in: see window.ts for the arithmetic. */
import type { Projection } from '../state/pane.ts'
import { createTurns, type Turn } from './turns.ts'
import { atEnd, followed, grownDown, grownUp, shifted, type TurnWindow } from './window.ts'

/** So near to an edge of what is mounted, in px, more is brought in. */
const edgePx = 1_200

/** What a scroller measures; heights in px. */
export interface Extent {
  readonly scrollTop: number
  readonly scrollHeight: number
  readonly clientHeight: number
}

export interface Mounted {
  /** Takes in what is there now; true if these are the first turns at all. */
  update(projection: Projection): boolean
  readonly turns: readonly Turn[]
  visible(): readonly Turn[]
  /** There is something before the first mounted turn. */
  hasEarlier(): boolean
  /** `grown`: the window changed; `older`: what is wanted has to be fetched. */
  look(extent: Extent): 'grown' | 'older' | null
  /** Back to the newest; false if they are mounted already. */
  toEnd(): boolean
}

export function createMounted(): Mounted {
  const turnsOf = createTurns()
  let turns: readonly Turn[] = []
  let window: TurnWindow = { from: 0, to: 0 }
  let olderBeforeLine: number | null = null
  return {
    get turns() {
      return turns
    },
    update(projection) {
      const before = turns
      turns = turnsOf(projection)
      olderBeforeLine = projection.olderBeforeLine
      window = before.length === 0 ? atEnd(turns.length) : moved(window, before, turns)
      return before.length === 0
    },
    visible: () => turns.slice(window.from, window.to),
    hasEarlier: () => window.from > 0 || olderBeforeLine !== null,
    look({ scrollTop, scrollHeight, clientHeight }) {
      if (clientHeight === 0) return null
      const before = window
      if (scrollTop < edgePx && window.from > 0) window = grownUp(window)
      else if (scrollTop < edgePx && olderBeforeLine !== null) return 'older'
      else if (scrollHeight - clientHeight - scrollTop < edgePx) window = grownDown(window, turns.length)
      return window.from === before.from && window.to === before.to ? null : 'grown'
    },
    toEnd() {
      if (window.to === turns.length) return false
      window = atEnd(turns.length)
      return true
    },
  }
}

/** The same turns stay mounted when others come before or after them; after a rewind, what is left of them. */
function moved(window: TurnWindow, before: readonly Turn[], turns: readonly Turn[]): TurnWindow {
  if (before === turns) return window
  const added = Math.max(
    0,
    turns.findIndex((turn) => turn.key === before[0]?.key),
  )
  return followed(shifted(window, added), before.length + added, turns.length)
}
