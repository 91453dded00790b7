/** The row of a session: what its events leave, and the fields that no event carries. */
import { activityOf } from '../../shared/activity.ts'
import type { Message, Run, Session } from '../../shared/model.ts'
import type { SessionState } from '../../shared/state.ts'
import { previewOf } from '../../shared/text.ts'

export interface RowFacts {
  /** When the newest event happened; null when only fields changed: opening a chat does not move it up the list. */
  readonly at: string | null
  readonly unread: boolean
}

/** `before` is the row as it was, `edited` with the fields that were changed by hand. */
export function rowOf(before: Session, edited: Session, state: SessionState, facts: RowFacts): Session {
  const { live } = state
  return {
    ...edited,
    runtimeSessionId: state.runtime.runtimeSessionId,
    state: stateName(state),
    activeStreamId: live?.run.id ?? null,
    activeSince: live?.run.startedAt ?? null,
    activity: activityOf(state),
    pending: state.pending as Session['pending'],
    queueLength: state.queue.items.length,
    lastMessagePreview: preview(state),
    messageCount: state.messages.length + (live?.messages.length ?? 0),
    usage: state.runtime.usage,
    unread: facts.unread,
    headSeq: state.seq,
    revision: before.revision + (isPatched(before, edited) ? 1 : 0),
    updatedAt: facts.at ?? before.updatedAt,
  }
}

function stateName({ live, runs }: SessionState): Session['state'] {
  const name = live?.run.state ?? runs.at(-1)?.state
  switch (name) {
    case undefined:
    case 'queued':
    case 'done':
    case 'cancelled':
      return 'idle'
    default:
      return name
  }
}

function preview({ live, messages }: SessionState): string {
  const newest = live?.messages.findLast(says) ?? messages.findLast(says)
  return previewOf(newest ? said(newest) : '')
}

const says = (message: Message) => said(message) !== ''

function said(message: Message): string {
  const part = message.parts.find((candidate) => candidate.type === 'text' && candidate.text.trim() !== '')
  return part?.type === 'text' ? part.text.trimStart() : ''
}

const patchable = ['title', 'mode', 'pinned', 'archivedAt', 'projectId', 'provider', 'model', 'options'] as const

function isPatched(before: Session, edited: Session): boolean {
  return patchable.some((field) => !isSame(before[field], edited[field]))
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

/** Runs that a step has changed: the live one, and those that it ended. */
export function changedRuns(before: SessionState, after: SessionState): Run[] {
  const ended = after.runs.slice(before.runs.length)
  const live = after.live?.run
  return live && live !== before.live?.run ? [...ended, live] : ended
}
