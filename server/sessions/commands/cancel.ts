/** A stop acts on the stream that it names, or on nothing: one in the queue is taken out, the one that runs is asked. */
import { ProblemError } from '../../../shared/problems.ts'
import { now } from '../needs.ts'
import { takeOut } from '../queue.ts'
import type { Actor } from '../sessions.ts'
import type { Decision, OwnerView } from './decision.ts'
import { stopDrafts } from './interrupt.ts'

export interface CancelAnswer {
  streamId: string
  state: 'stopping' | 'cancelled'
}

export function decideCancel(owner: OwnerView, streamId: string, actor: Actor): Decision<CancelAnswer> {
  const { live, queue } = owner.cut.state
  const queued = queue.items.find((item) => item.streamId === streamId)
  if (queued) {
    const shorter = takeOut(queue, queued.messageId, owner.eager)
    return {
      drafts: [{ type: 'queue_changed', streamId: 'session', at: now(owner.needs), queue: shorter }],
      answer: () => ({ streamId, state: 'cancelled' }),
      done: () => owner.needs.onTakenBack(owner.id, streamId),
    }
  }
  if (live?.run.id !== streamId)
    throw new ProblemError('not_active', 'This is not what runs: there is nothing to stop.', {
      activeStreamId: live?.run.id ?? null,
    })
  const answer = () => ({ streamId, state: 'stopping' as const })
  if (live.cancelRequestedBy !== null) return { answer }
  const { turn } = owner
  // What was sent until now waits after a stop; what is sent from now on does not.
  owner.eager.clear()
  return {
    drafts: stopDrafts(owner, streamId, actor, `${actor.name} stopped the turn`),
    answer,
    // Not to run needs no durable word: a prompt whose claim is still being written never leaves.
    begun: () => turn?.stop(),
  }
}
