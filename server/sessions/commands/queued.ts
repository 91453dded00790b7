/** What a person does to a message that waits. One that waits no more is never changed: the answer says what became of it. */
import type { PatchQueued, SendAnswer } from '../../../shared/api.ts'
import type { Queue, QueuedMessage } from '../../../shared/model.ts'
import { ProblemError } from '../../../shared/problems.ts'
import { claim } from '../claim.ts'
import { now } from '../needs.ts'
import { edit, takeOut } from '../queue.ts'
import type { Actor } from '../sessions.ts'
import { titled } from '../titles.ts'
import type { Decision, OwnerView } from './decision.ts'
import { interruptFor } from './interrupt.ts'
import { refuseUnbuilt, stateOf } from './send.ts'

export function decideEdit(owner: OwnerView, messageId: string, body: PatchQueued): Decision<Queue> {
  queuedOf(owner, messageId)
  refuseUnbuilt(body)
  return changing(owner, edit(owner.cut.state.queue, messageId, body))
}

export function decideTakeOut(owner: OwnerView, messageId: string): Decision<Queue> {
  const { streamId } = queuedOf(owner, messageId)
  return {
    ...changing(owner, takeOut(owner.cut.state.queue, messageId, owner.eager)),
    done: () => owner.needs.onTakenBack(owner.id, streamId),
  }
}

/** It runs at once, before all others; what runs now is stopped for it. What is held stays held. */
export function decideSendNow(
  owner: OwnerView,
  messageId: string,
  actor: Actor,
  refusal: ProblemError | null,
): Decision<SendAnswer> {
  const prompt = queuedOf(owner, messageId)
  const { state, session } = owner.cut
  if (session.archivedAt)
    throw new ProblemError('session_archived', 'This chat is archived: take it out of the archive to go on.')
  if (refusal) throw refusal
  if (state.live) return interruptFor(owner, state.live, prompt, state.queue, actor)
  const at = now(owner.needs)
  const queue = takeOut(state.queue, messageId, owner.eager)
  const { streamId, text } = prompt
  return {
    drafts: [
      { type: 'queue_changed', streamId: 'session', at, queue },
      ...claim(owner.cut, prompt, { at, after: 1, warm: owner.isWarm }),
    ],
    row: (row) => titled(row, text, 'derived'),
    answer: (cut) => ({ messageId, streamId, state: stateOf(cut.state) }),
    begun: (durable) => owner.begin(prompt, durable),
  }
}

function changing({ cut, needs }: OwnerView, queue: Queue): Decision<Queue> {
  const answer = () => queue
  if (queue === cut.state.queue) return { answer }
  return { drafts: [{ type: 'queue_changed', streamId: 'session', at: now(needs), queue }], answer }
}

function queuedOf({ cut }: OwnerView, messageId: string): QueuedMessage {
  const { queue, messages, live } = cut.state
  const queued = queue.items.find((item) => item.messageId === messageId)
  if (queued) return queued
  const said = messages.findLast(({ id }) => id === messageId) ?? live?.messages.find(({ id }) => id === messageId)
  if (said?.role !== 'user')
    throw new ProblemError('not_found', 'This message is not in the queue: it was taken out, or never was in it.')
  throw new ProblemError('already_sent', 'This message has left the queue: the agent has it, as it was.', {
    streamId: said.streamId,
  })
}
