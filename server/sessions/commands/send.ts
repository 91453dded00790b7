/** A message for a session: it runs at once, or waits in the queue, or was sent before. */
import type { SendAnswer, SendTurn } from '../../../shared/api.ts'
import type { QueuedMessage } from '../../../shared/model.ts'
import { ProblemError } from '../../../shared/problems.ts'
import type { LiveRun, SessionState } from '../../../shared/state.ts'
import { claim } from '../claim.ts'
import { maxQueueLength } from '../limits.ts'
import { now } from '../needs.ts'
import { enqueue } from '../queue.ts'
import type { Actor } from '../sessions.ts'
import { titled } from '../titles.ts'
import type { Decision, OwnerView } from './decision.ts'
import { interruptFor } from './interrupt.ts'

/** `refusal`: why nobody could answer it now. A message that was taken before is not refused any more. */
export function decideSend(
  owner: OwnerView,
  body: SendTurn,
  actor: Actor,
  refusal: ProblemError | null,
): Decision<SendAnswer> {
  const repeated = body.messageId === undefined ? null : answerAgain(owner.cut.state, body.messageId, body.text)
  if (repeated) return { answer: () => repeated }
  refuseUnbuilt(body)
  if (owner.cut.session.archivedAt)
    throw new ProblemError('session_archived', 'This chat is archived: take it out of the archive to write in it.')
  if (refusal) throw refusal
  const prompt = promptOf(owner, body, actor)
  const { live } = owner.cut.state
  return live ? whenBusy(owner, live, body, prompt, actor) : atOnce(owner, prompt)
}

export function promptOf(
  { needs }: Pick<OwnerView, 'needs'>,
  { messageId, text, files }: Pick<SendTurn, 'messageId' | 'text' | 'files'>,
  actor: Actor,
): QueuedMessage {
  return {
    messageId: messageId ?? needs.newId('msg'),
    streamId: needs.newId('run'),
    text,
    files: files ?? [],
    author: actor.kind === 'person' ? null : actor.name,
    createdAt: now(needs),
  }
}

export function refuseUnbuilt({ files }: { files?: readonly unknown[] }): void {
  if (files && files.length > 0)
    throw new ProblemError('not_implemented', 'Attachments are not built yet: send the text.')
}

/** What is held in the queue stays held: a person's new message goes first. */
function atOnce(owner: OwnerView, prompt: QueuedMessage): Decision<SendAnswer> {
  const { messageId, streamId, text } = prompt
  return {
    drafts: claim(owner.cut, prompt, { at: now(owner.needs), warm: owner.isWarm }),
    row: (session) => titled(session, text, 'derived'),
    answer: ({ state }) => ({ messageId, streamId, state: stateOf(state) }),
    begun: (durable) => owner.begin(prompt, durable),
  }
}

function whenBusy(
  owner: OwnerView,
  live: LiveRun,
  body: SendTurn,
  prompt: QueuedMessage,
  actor: Actor,
): Decision<SendAnswer> {
  const { queue } = owner.cut.state
  if (body.whenBusy === 'reject')
    throw new ProblemError('runtime_busy', 'This chat is at work. Queue the message, or stop it first.', {
      activeStreamId: live.run.id,
    })
  if (body.whenBusy === 'steer') throw new ProblemError('not_implemented', cannotSteer)
  if (queue.items.length >= maxQueueLength)
    throw new ProblemError(
      'too_many_requests',
      `The queue holds ${maxQueueLength} messages: let some of them run first.`,
    )
  if (body.whenBusy === 'interrupt')
    return interruptFor(owner, live, prompt, { ...queue, items: [...queue.items, prompt] }, actor)
  const { messageId, streamId } = prompt
  if (queue.held || live.cancelRequestedBy !== null) owner.eager.add(messageId)
  const longer = enqueue(queue, prompt, owner.eager)
  return {
    drafts: [{ type: 'queue_changed', streamId: 'session', at: now(owner.needs), queue: longer }],
    answer: () => ({ messageId, streamId, state: 'queued', position: longer.items.indexOf(prompt) + 1 }),
  }
}

const cannotSteer =
  'The agent of this chat cannot be told anything in the middle of a turn: queue the message, or interrupt the turn.'

/** The same message again is the same message: it gets its answer and does not run twice. */
function answerAgain({ messages, live, queue }: SessionState, messageId: string, text: string): SendAnswer | null {
  const position = queue.items.findIndex((item) => item.messageId === messageId)
  const queued = queue.items[position]
  if (queued) {
    if (queued.text !== text) throw collision()
    return { messageId, streamId: queued.streamId, state: 'queued', position: position + 1 }
  }
  const message = messages.findLast(({ id }) => id === messageId) ?? live?.messages.find(({ id }) => id === messageId)
  if (!message) return null
  const [first] = message.parts
  if (message.role !== 'user' || first?.type !== 'text' || first.text !== text) throw collision()
  const state = live?.run.id === message.streamId && live.run.state === 'starting' ? 'starting' : 'running'
  return { messageId, streamId: message.streamId, state }
}

function collision(): ProblemError {
  return new ProblemError('message_id_collision', 'This id belongs to another message: send this one under a new id.')
}

export function stateOf({ live }: SessionState): SendAnswer['state'] {
  return live?.run.state === 'starting' ? 'starting' : 'running'
}
