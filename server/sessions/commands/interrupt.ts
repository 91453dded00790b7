/**
 * A message that goes before everything else: the turn that runs is stopped for it, and it runs when the old worker is
 * gone. Nobody asked the others to wait: what would have run by itself still does, what was held stays held.
 */
import type { SendAnswer } from '../../../shared/api.ts'
import type { EventDraft } from '../../../shared/events.ts'
import type { Queue, QueuedMessage } from '../../../shared/model.ts'
import type { LiveRun } from '../../../shared/state.ts'
import { expiries } from '../ending.ts'
import { now } from '../needs.ts'
import { edit, hold } from '../queue.ts'
import type { Actor } from '../sessions.ts'
import type { Decision, OwnerView } from './decision.ts'

/** `queue`: with the message in it, wherever it stands. */
export function interruptFor(
  owner: OwnerView,
  live: LiveRun,
  { messageId, streamId }: QueuedMessage,
  queue: Queue,
  actor: Actor,
): Decision<SendAnswer> {
  const { cut, eager, needs, turn } = owner
  const at = now(needs)
  const isStopping = live.cancelRequestedBy !== null
  if (!queue.held && !isStopping) for (const item of queue.items) eager.add(item.messageId)
  eager.add(messageId)
  const changed = hold(edit(queue, messageId, { position: 1 }), queue.held, eager)
  const drafts: EventDraft[] =
    changed === cut.state.queue ? [] : [{ type: 'queue_changed', streamId: 'session', at, queue: changed }]
  if (!isStopping) drafts.push(...stopDrafts(owner, live.run.id, actor, `${actor.name} sent another message first`))
  return {
    drafts,
    answer: () => ({ messageId, streamId, state: 'queued', position: 1 }),
    begun: () => turn?.stop(),
  }
}

/** The stop of the turn that runs, and the end of all that it asked for. */
export function stopDrafts({ cut, needs }: OwnerView, streamId: string, actor: Actor, why: string): EventDraft[] {
  const at = now(needs)
  return [
    { type: 'cancel_requested', streamId, at, by: actor.name },
    ...expiries(cut.state.pending, streamId, `${why}: nothing was run.`, at),
  ]
}
