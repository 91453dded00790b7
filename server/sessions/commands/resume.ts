/** Lets a held queue go on: at once if nothing runs. */
import type { Queue } from '../../../shared/model.ts'
import { ProblemError } from '../../../shared/problems.ts'
import { claim } from '../claim.ts'
import { now } from '../needs.ts'
import { takeOut } from '../queue.ts'
import type { Decision, OwnerView } from './decision.ts'

export function decideResume(owner: OwnerView): Decision<Queue> {
  const { session, state } = owner.cut
  const answer: Decision<Queue>['answer'] = (cut) => cut.state.queue
  if (!state.queue.held) return { answer }
  if (session.archivedAt)
    throw new ProblemError('session_archived', 'This chat is archived: take it out of the archive to go on.')
  owner.eager.clear()
  const at = now(owner.needs)
  const free = { ...state.queue, held: null }
  const next = state.live ? undefined : free.items[0]
  const queue = next ? takeOut(free, next.messageId, owner.eager) : free
  const changed = { type: 'queue_changed' as const, streamId: 'session', at, queue }
  if (!next) return { drafts: [changed], answer }
  return {
    drafts: [changed, ...claim(owner.cut, next, { at, after: 1, warm: owner.isWarm })],
    answer,
    begun: (durable) => owner.begin(next, durable),
  }
}
