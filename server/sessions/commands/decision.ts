/**
 * A command is decided at once, on the owner's working cut, and changes nothing by itself: what it decides is appended
 * in one piece, answered when that is durable. Deciders throw `ProblemError`.
 */
import type { EventDraft } from '../../../shared/events.ts'
import type { QueuedMessage, Session } from '../../../shared/model.ts'
import type { Cut } from '../ledger.ts'
import type { Needs } from '../needs.ts'
import type { Turn } from '../turn.ts'
import type { Worker } from '../worker.ts'

export interface Decision<T> {
  readonly drafts?: readonly EventDraft[]
  /** Fields that no event carries. */
  readonly row?: (session: Session) => Session
  readonly readSeq?: number
  /** From the cut that the change leaves. */
  readonly answer: (cut: Cut) => T
  /** At once, with the append under way. */
  readonly begun?: (durable: Promise<void>) => void
  /** When it is durable, before it is answered. */
  readonly done?: () => void
}

/** What deciders see of the owner. */
export interface OwnerView {
  readonly id: string
  readonly needs: Needs
  readonly cut: Cut
  readonly turn: Turn | null
  readonly worker: Worker
  /** Messages that were sent after the queue was held. */
  readonly eager: Set<string>
  readonly isWarm: boolean
  /** Runs a turn whose claim is being appended. */
  begin(prompt: QueuedMessage, claimed: Promise<void>): void
  /** The agent has been sent the decision. */
  delivered(turn: Turn, permissionId: string): void
}
