/** A permission request as events: the tool call that it is about, as far as it is known, then the request itself. */
import type { EventDraft } from '../../shared/events.ts'
import type { SessionState } from '../../shared/state.ts'
import type { PermissionRequest } from '../runtimes/runtime.ts'
import { type Asking, findPart, newPermission } from './permissions.ts'

export function askingDrafts(
  state: SessionState,
  request: PermissionRequest,
  asking: Asking & { messageId: string },
): EventDraft[] {
  const { at, streamId, messageId } = asking
  const place = { at, streamId, messageId }
  const permission = newPermission(request, asking)
  return [toolDraft(state, request, place), { type: 'permission_requested', ...place, permission }]
}

/** Some agents ask without having said what they do; a call that is known already keeps the state that it has. */
function toolDraft(
  state: SessionState,
  { toolCall, title, kind }: PermissionRequest,
  place: { at: string; streamId: string; messageId: string },
): EventDraft {
  const turn = { ...state, messages: [] }
  const isKnown = findPart(turn, 'tool', ({ toolCallId }) => toolCallId === toolCall.toolCallId) !== undefined
  if (!isKnown) return { title, kind, ...toolCall, type: 'tool_call', ...place }
  const { status: _, ...fields } = toolCall
  return { ...fields, type: 'tool_call_update', ...place }
}
