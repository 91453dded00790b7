/** What the parts of one session's messages are given: bound to that session for good. */
import type { Kit } from './kit.ts'
import type { PartContext } from './parts/context.ts'

export function createPartContext(kit: Kit, sessionId: string, signal: AbortSignal): PartContext {
  const { state, actions, frame, ticker, now } = kit
  return {
    sessionId,
    frame,
    ticker,
    signal,
    now,
    observe: state.observe,
    doings: state.doings,
    actorName() {
      const provider = state.rows.get(sessionId)?.provider
      return (provider && (state.shelf.provider(provider)?.name ?? provider)) || 'The agent'
    },
    cwd: () => state.rows.get(sessionId)?.cwd ?? '',
    decide: (permission, optionId) => actions.resolvePermission(permission, optionId),
    answer: (question, answer) => actions.answerQuestion(question, answer),
  }
}
