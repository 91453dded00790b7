/** A session from what is stored: its row, and its log folded from the beginning. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { SessionEvent } from '../../shared/events.ts'
import { ProblemError } from '../../shared/problems.ts'
import { reduce } from '../../shared/reduce.ts'
import { initialState } from '../../shared/state.ts'
import type { SessionLog } from '../log/log.ts'
import type { StoredSession } from '../store/store.ts'
import { type Cut, isNotable } from './ledger.ts'
import type { Needs } from './needs.ts'
import { gone } from './problems.ts'

/** Throws `not_found` for an id that never was, `gone` for one that was removed. */
export async function storedSession({ store }: Pick<Needs, 'store'>, id: string): Promise<StoredSession> {
  const stored = await store.sessions.get(id)
  if (stored === null) throw new ProblemError('not_found', 'There is no such chat.')
  if (stored === 'removed') throw gone()
  return stored
}

/** Claims the session: from here on nobody else's append counts. */
export async function load(needs: Needs, id: string): Promise<{ log: SessionLog; cut: Cut }> {
  const { session, readSeq } = await storedSession(needs, id)
  const log = await needs.log.open(id)
  let state = initialState
  let notableSeq = 0
  for await (const page of needs.log.read(id, 0)) {
    for (const entry of page) {
      const event = JSON.parse(entry.data) as SessionEvent
      state = reduce(state, event)
      if (isNotable(event)) notableSeq = event.seq
    }
    // A long log must not hold up the streams of everybody else.
    await breathe()
  }
  return { log, cut: { state, session, readSeq, notableSeq } }
}
