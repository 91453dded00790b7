/**
 * The one way to change a session: events and row fields go into one append, are folded at once into the working cut,
 * and become the durable cut when their commit is done. Decisions are made on the working cut, reads are answered from
 * the durable one. After a failed append nothing is written any more: the owner is given up and loaded anew.
 */
import type { EventDraft, SessionEvent } from '../../shared/events.ts'
import type { Session } from '../../shared/model.ts'
import type { ProblemError } from '../../shared/problems.ts'
import { reduceAll } from '../../shared/reduce.ts'
import type { SessionState } from '../../shared/state.ts'
import type { IdempotencyRow, Rows, SessionLog } from '../log/log.ts'
import { writeProblem } from './problems.ts'
import { changedRuns, rowOf } from './row.ts'

export interface Cut {
  readonly state: SessionState
  readonly session: Session
  /** Up to here a person has read. */
  readonly readSeq: number
  /** The newest event that is worth reading: an end of a turn, a notice of the system. */
  readonly notableSeq: number
}

export interface Change {
  readonly drafts?: readonly EventDraft[]
  /** Fields that no event carries. */
  readonly row?: (session: Session) => Session
  readonly readSeq?: number
  /** The answer to keep for a repeated request, from the cut that this change leaves. */
  readonly idempotency?: (cut: Cut) => IdempotencyRow | null
}

export class Ledger {
  readonly #log: SessionLog
  readonly #onFailure: (error: unknown) => void
  #working: Cut
  #durable: Cut
  #last: Promise<void> = Promise.resolve()
  #underWay = 0
  #problem: ProblemError | null = null

  constructor(log: SessionLog, cut: Cut, onFailure: (error: unknown) => void) {
    this.#log = log
    this.#working = cut
    this.#durable = cut
    this.#onFailure = onFailure
  }

  get cut(): Cut {
    return this.#working
  }

  get durable(): Cut {
    return this.#durable
  }

  /** Why nothing can be written any more; null while all is well. */
  get problem(): ProblemError | null {
    return this.#problem
  }

  get isSettled(): boolean {
    return this.#underWay === 0
  }

  /** Folds at once; resolves when it is durable, rejects with a `ProblemError` when it cannot be. */
  append(change: Change): Promise<void> {
    if (this.#problem) return heard(Promise.reject(this.#problem))
    this.#underWay += 1
    const written = this.#log.append(change.drafts ?? [], (events) => this.#fold(events, change))
    const cut = this.#working
    this.#last = heard(
      written.then(
        () => {
          this.#underWay -= 1
          this.#durable = cut
        },
        (error: unknown) => {
          this.#underWay -= 1
          throw this.#fail(error)
        },
      ),
    )
    return this.#last
  }

  /** Resolves when everything appended until now is durable; rejects with the problem if it is not. */
  settled(): Promise<void> {
    return this.#problem ? heard(Promise.reject(this.#problem)) : this.#last
  }

  #fold(events: readonly SessionEvent[], change: Change): Rows {
    const before = this.#working
    const state = reduceAll(before.state, events)
    const readSeq = change.readSeq ?? before.readSeq
    const notableSeq = events.findLast(isNotable)?.seq ?? before.notableSeq
    const edited = change.row ? change.row(before.session) : before.session
    const facts = { at: events.at(-1)?.at ?? null, unread: notableSeq > readSeq }
    const session = rowOf(before.session, edited, state, facts)
    this.#working = { state, session, readSeq, notableSeq }
    const runs = changedRuns(before.state, state)
    const idempotency = change.idempotency?.(this.#working) ?? null
    return {
      session,
      ...(runs.length > 0 ? { runs } : {}),
      ...(idempotency ? { idempotency } : {}),
      ...(change.readSeq === undefined ? {} : { readSeq }),
    }
  }

  #fail(error: unknown): ProblemError {
    if (!this.#problem) {
      this.#problem = writeProblem(error)
      this.#onFailure(error)
    }
    return this.#problem
  }
}

/** Who does not wait for an append hears of its failure through `onFailure`: here it must not count as unhandled. */
function heard(promise: Promise<void>): Promise<void> {
  promise.catch((problem: ProblemError) => problem)
  return promise
}

export function isNotable(event: SessionEvent): boolean {
  return event.type === 'turn_ended' || (event.type === 'notice' && event.streamId === 'session')
}
