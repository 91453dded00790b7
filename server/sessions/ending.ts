/**
 * The end of a turn, as one append: what is open expires with its reason, `turn_ended` says how it went, the queue goes
 * on after a good end and is held after any other, and the next claim follows at once, so that a crash finds no gap.
 */
import type { EventDraft } from '../../shared/events.ts'
import type { Queue, QueuedMessage, Recovery, StopReason } from '../../shared/model.ts'
import { isPermission, type LiveRun, type Pending } from '../../shared/state.ts'
import type { Cut } from './ledger.ts'
import { expired, isUndelivered } from './permissions.ts'
import { expiredQuestion } from './questions.ts'
import { type Held, hold, nextOf, takeOut } from './queue.ts'
import { cutShort, failed, type Interruption, interrupted, notDelivered, stopped, withQueue } from './recovery.ts'
import type { Outcome } from './turn.ts'

export interface EndingPlace {
  readonly at: string
  readonly eager: ReadonlySet<string>
  /** The server ends: nothing starts any more. */
  readonly isLast: boolean
  /** How the turn was interrupted, where it was. */
  readonly interruption?: Interruption
}

export interface Ending {
  readonly drafts: EventDraft[]
  readonly stopReason: StopReason
  readonly next: QueuedMessage | undefined
}

export function endOf({ state }: Cut, live: LiveRun, outcome: Outcome, place: EndingPlace): Ending {
  const { at, eager, isLast } = place
  const stopReason = reasonOf(live, outcome)
  const isGood = stopReason === 'end_turn'
  const waiting = isLast ? new Set<string>() : eager
  const held = holding(state.queue, stopReason, isLast, waiting)
  const next = nextOf(held, waiting)
  const queue = next ? takeOut(held, next.messageId, waiting) : held
  // After a crash nobody knows whether the agent had it: then nothing is claimed.
  const undelivered = isGood || stopReason === 'interrupted' ? [] : undeliveredOf(live)
  const streamId = live.run.id
  const card = cardOf(live, stopReason, outcome, place)
  const recovery =
    card &&
    decorated(
      card,
      live,
      undelivered.map(({ title }) => title),
      queue,
    )
  return {
    stopReason,
    next,
    drafts: [
      ...expiries(state.pending, streamId, expiryReason(stopReason, place), at),
      ...undelivered.map((permission) => ({
        type: 'permission_expired' as const,
        streamId,
        at,
        permission: expired(permission, 'Allowed, but nothing was run: the agent was gone.', at),
      })),
      { type: 'turn_ended', streamId, at, stopReason, usage: outcome.usage, ...(recovery ? { recovery } : {}) },
      ...(queue === state.queue ? [] : [{ type: 'queue_changed' as const, streamId: 'session', at, queue }]),
    ],
  }
}

/** Each open request of a session, given up with a reason that people read. */
export function expiries(pending: readonly Pending[], streamId: string, reason: string, at: string): EventDraft[] {
  return pending.map((request) =>
    isPermission(request)
      ? { type: 'permission_expired', streamId, at, permission: expired(request, reason, at) }
      : { type: 'question_expired', streamId, at, question: expiredQuestion(request, reason, at) },
  )
}

/** A turn that somebody stopped was stopped, whatever its runtime makes of it. */
export function reasonOf(live: LiveRun, { stopReason }: Outcome): StopReason {
  return live.cancelRequestedBy !== null && stopReason !== 'interrupted' ? 'cancelled' : stopReason
}

function holding(queue: Queue, stopReason: StopReason, isLast: boolean, eager: ReadonlySet<string>): Queue {
  if (isLast) return hold(queue, queue.held ?? 'interrupted', eager)
  return stopReason === 'end_turn' ? queue : hold(queue, heldBy(stopReason), eager)
}

function heldBy(stopReason: StopReason): Held {
  if (stopReason === 'cancelled') return 'stopped'
  return stopReason === 'interrupted' ? 'interrupted' : 'error'
}

function undeliveredOf({ messages }: LiveRun) {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'permission' && isUndelivered(part.permission) ? [part.permission] : [])),
  )
}

function cardOf(live: LiveRun, stopReason: StopReason, outcome: Outcome, place: EndingPlace): Recovery | null {
  if (stopReason === 'cancelled') return stopped(live)
  if (stopReason === 'interrupted') return interrupted(live, place.interruption ?? 'crash')
  return outcome.failure ? failed(live, outcome.failure, outcome.gaveUp) : cutShort(live, stopReason)
}

function decorated(card: Recovery, live: LiveRun, titles: readonly string[], queue: Queue): Recovery {
  const told = titles.length > 0 ? notDelivered(live, titles, card) : card
  return queue.held ? withQueue(told) : told
}

function expiryReason(stopReason: StopReason, { interruption }: EndingPlace): string {
  if (stopReason === 'cancelled') return 'The turn was stopped: nothing was run.'
  if (interruption === 'shutdown') return 'The server was stopped before an answer: nothing was run.'
  if (stopReason === 'interrupted') return 'The server ended before an answer: nothing was run.'
  if (stopReason === 'error') return 'The agent was gone before an answer: nothing was run.'
  return 'The turn ended before an answer: nothing was run.'
}
