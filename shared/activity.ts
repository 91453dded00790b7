/** The one short line that says what a session does now. */
import type { Message } from './model.ts'
import { isPermission, type SessionState } from './state.ts'
import { cutGraphemes, oneLine } from './text.ts'

const activityLimit = 100

/** Null when nothing runs. */
export function activityOf(state: SessionState): string | null {
  const { live } = state
  if (!live) return null
  if (live.run.state === 'stopping') return 'Stopping'
  const [pending] = state.pending
  if (pending) return isPermission(pending) ? cutGraphemes(oneLine(pending.title), activityLimit) : 'Asks a question'
  if (live.run.state === 'starting') return 'Starting'
  return cutGraphemes(oneLine(lastActivity(live.messages.at(-1))), activityLimit)
}

function lastActivity(message: Message | undefined): string {
  const tool = message?.parts.findLast((part) => part.type === 'tool' && part.endedAt === null)
  if (tool?.type === 'tool') return tool.title
  const last = message?.parts.at(-1)
  if (last?.type === 'text') return 'Writing'
  if (last?.type === 'notice') return last.title ?? last.text
  return 'Thinking'
}
