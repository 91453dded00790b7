/**
 * What runs, and what was looked at lately. `INFLIGHT` holds the reduced state of such sessions, `LIVE_STREAMS` the
 * streams that are live in them. Both are fed by events alone, each of which says itself whose it is: which session is
 * on screen is not known here, and so cannot matter.
 */
import type { SessionEvent } from '../../../shared/events.ts'
import { streamKey } from '../../../shared/ids.ts'
import { reduce } from '../../../shared/reduce.ts'
import type { LiveRun, SessionState, Snapshot } from '../../../shared/state.ts'
import { idleKept } from './limits.ts'
import type { Key } from './observe.ts'

/** One object for the whole life of a stream, however often its session is left and returned to. */
export interface LiveStream {
  readonly sessionId: string
  readonly streamId: string
  /** What has been said in it so far. */
  live: LiveRun
}

/** `gap`: events are missing before this one; it was not applied, and the session is to be asked for again. */
export type Applied = 'applied' | 'known' | 'gap'

export interface Running {
  /** Session id → its reduced state; the one visited last is at the end. */
  readonly INFLIGHT: ReadonlyMap<string, SessionState>
  /** `sessionId/streamId` → the live stream. */
  readonly LIVE_STREAMS: ReadonlyMap<string, LiveStream>
  apply(event: SessionEvent): Applied
  /** Takes the place of what was known; false: that is ahead of it, and stays. `isReset`: it counts even so. */
  applySnapshot(sessionId: string, state: Snapshot['state'] | SessionState, isReset?: boolean): boolean
  /** What to ask the live connection for: events after this one, or a snapshot first. */
  cursorOf(sessionId: string): number | 'snapshot'
  /** It is on screen now: the last to be given up. */
  visit(sessionId: string): void
  /** Gives up the idle ones that were visited longest ago, and says which. */
  evict(isNeeded: (sessionId: string) => boolean): readonly string[]
  drop(sessionId: string): void
}

export function createRunning(touch: (key: Key) => void): Running {
  const INFLIGHT = new Map<string, SessionState>()
  const LIVE_STREAMS = new Map<string, LiveStream>()

  /** The one place that writes both maps, so that they cannot disagree. */
  const put = (sessionId: string, state: SessionState) => {
    const before = INFLIGHT.get(sessionId)?.live
    INFLIGHT.set(sessionId, state)
    if (before && before.run.id !== state.live?.run.id) LIVE_STREAMS.delete(streamKey(sessionId, before.run.id))
    if (state.live) putStream(sessionId, state.live)
    touch(`session:${sessionId}`)
  }

  const putStream = (sessionId: string, live: LiveRun) => {
    const key = streamKey(sessionId, live.run.id)
    const stream = LIVE_STREAMS.get(key)
    if (stream) stream.live = live
    else LIVE_STREAMS.set(key, { sessionId, streamId: live.run.id, live })
  }

  const drop = (sessionId: string) => {
    const live = INFLIGHT.get(sessionId)?.live
    if (live) LIVE_STREAMS.delete(streamKey(sessionId, live.run.id))
    if (INFLIGHT.delete(sessionId)) touch(`session:${sessionId}`)
  }

  return {
    INFLIGHT,
    LIVE_STREAMS,
    apply(event) {
      const state = INFLIGHT.get(event.sessionId)
      if (!state || event.seq > state.seq + 1) return 'gap'
      if (event.seq <= state.seq) return 'known'
      put(event.sessionId, reduce(state, event))
      return 'applied'
    },
    applySnapshot(sessionId, state, isReset = false) {
      const known = INFLIGHT.get(sessionId)
      if (known && known.seq >= state.seq && !isReset) return false
      put(sessionId, withoutRow(state))
      return true
    },
    cursorOf: (sessionId) => INFLIGHT.get(sessionId)?.seq ?? 'snapshot',
    visit(sessionId) {
      const state = INFLIGHT.get(sessionId)
      if (!state) return
      INFLIGHT.delete(sessionId)
      INFLIGHT.set(sessionId, state)
    },
    evict(isNeeded) {
      const idle = [...INFLIGHT.keys()].filter((id) => !isNeeded(id))
      const evicted = idle.slice(0, Math.max(0, idle.length - idleKept))
      for (const id of evicted) drop(id)
      return evicted
    },
    drop,
  }
}

/** A snapshot carries the row beside the state; kept here it would only grow stale. */
function withoutRow(state: Snapshot['state'] | SessionState): SessionState {
  if (!('session' in state)) return state
  const { session: _, ...rest } = state
  return rest
}
