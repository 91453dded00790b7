/** A turn's claim: its prompt and its start, in one append that is durable before anything leaves for a runtime. */
import type { EventDraft } from '../../shared/events.ts'
import type { Message, QueuedMessage, Run } from '../../shared/model.ts'
import type { Cut } from './ledger.ts'
import { runPromptLength } from './limits.ts'

export interface ClaimPlace {
  readonly at: string
  /** Drafts that stand before these in the same append. */
  readonly after?: number
  /** The runtime is open: there is nothing to start. */
  readonly warm: boolean
}

export function claim({ state, session }: Cut, prompt: QueuedMessage, place: ClaimPlace): EventDraft[] {
  const { streamId, messageId } = prompt
  const { at, after = 0, warm } = place
  const message: Message = {
    id: messageId,
    sessionId: session.id,
    streamId,
    seq: state.seq + after + 1,
    line: state.lastLine + 1,
    role: 'user',
    author: prompt.author,
    parts: [{ type: 'text', text: prompt.text }, ...prompt.files],
    createdAt: prompt.createdAt,
  }
  const { provider, model, runtimeSessionId } = session
  const run: Run = {
    id: streamId,
    sessionId: session.id,
    projectId: session.projectId,
    provider,
    model,
    state: warm ? 'running' : 'starting',
    stopReason: null,
    prompt: prompt.text.slice(0, runPromptLength),
    summary: null,
    startedAt: at,
    endedAt: null,
    durationMs: null,
    usage: null,
    toolCalls: 0,
    filesTouched: [],
    recovery: null,
  }
  return [
    { type: 'user_message', streamId, at, message },
    { type: 'turn_started', streamId, at, run, messageId, provider, model, runtimeSessionId },
  ]
}
