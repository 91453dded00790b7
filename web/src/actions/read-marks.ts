/**
 * Clears the unread mark of the session that is on screen, once the page is visible and shows all of it; in every tab,
 * since the mark is the server's. What ends while the page is hidden stays unread until somebody looks.
 */
import type { State } from '../state/state.ts'
import { childLife } from './life.ts'
import type { Outcome } from './perform.ts'

export interface ReadMarks {
  /** The page came to the front. */
  check(): void
}

export interface ReadMarksParts {
  readonly state: State
  readonly markRead: (sessionId: string, readSeq: number) => Promise<Outcome>
  readonly isVisible: () => boolean
  readonly signal: AbortSignal
}

export function createReadMarks({ state, markRead, isVisible, signal }: ReadMarksParts): ReadMarks {
  /** Up to where marks are being cleared, so that none is asked for twice. */
  const asked = new Map<string, number>()

  const check = () => {
    const { phase, session } = state.S
    if (phase !== 'ready' || !session?.unread || !isVisible()) return
    const seq = state.INFLIGHT.get(session.id)?.seq ?? 0
    if (seq < session.headSeq || (asked.get(session.id) ?? 0) >= seq) return
    asked.set(session.id, seq)
    void clear(session.id, seq)
  }
  const clear = async (sessionId: string, seq: number) => {
    const outcome = await markRead(sessionId, seq)
    if (!outcome.ok) asked.delete(sessionId)
  }

  let shown: AbortController | null = null
  const follow = () => {
    shown?.abort()
    const { sessionId } = state.S
    if (sessionId) {
      shown = childLife(signal)
      state.observe([`session:${sessionId}`, `row:${sessionId}`], check, shown.signal)
    }
    check()
  }
  state.observe('pane', follow, signal)
  return { check }
}
