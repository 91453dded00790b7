/**
 * Fields that a person changes. Provider, model and options count from the next turn on; what runs goes on as it is.
 * A chat that gets another provider or folder gets another runtime session, which is told the transcript.
 */
import type { PatchSession } from '../../../shared/api.ts'
import type { EventDraft } from '../../../shared/events.ts'
import type { Provider, Session } from '../../../shared/model.ts'
import { ProblemError } from '../../../shared/problems.ts'
import { oneLine } from '../../../shared/text.ts'
import { now } from '../needs.ts'
import { titled } from '../titles.ts'
import type { Decision, OwnerView } from './decision.ts'

/** What had to be looked up before the decision. */
export interface PatchFacts {
  /** The session's folder, if its project changes. */
  readonly cwd?: string
  /** The new provider, if it changes. */
  readonly provider?: Provider
}

export function decidePatch(
  owner: OwnerView,
  body: PatchSession,
  ifMatch: number | null,
  facts: PatchFacts,
): Decision<Session> {
  const { session, state, readSeq } = owner.cut
  if (ifMatch !== null && ifMatch !== session.revision)
    throw new ProblemError('stale_revision', 'This chat has changed since you saw it: look again, then change it.', {
      revision: session.revision,
    })
  if (body.title !== undefined && oneLine(body.title) === '')
    throw new ProblemError('invalid_body', 'A title is needed.', {
      issues: [{ path: 'title', message: 'A title is needed.' }],
    })
  if (body.archived && state.live)
    throw new ProblemError('runtime_busy', 'This chat is at work: stop it, then archive it.', {
      activeStreamId: state.live.run.id,
    })
  const edit = (before: Session) => edited(before, body, facts, now(owner.needs))
  const after = edit(session)
  const moves = after.provider !== session.provider || after.cwd !== session.cwd
  const read = Math.max(readSeq, Math.min(body.readSeq ?? 0, state.seq))
  if (read === readSeq && JSON.stringify(after) === JSON.stringify(session)) return { answer: (cut) => cut.session }
  return {
    drafts: moves && !state.live ? forget(owner) : [],
    row: edit,
    ...(read > readSeq ? { readSeq: read } : {}),
    answer: (cut) => cut.session,
    done: () => {
      if (!owner.turn && (moves || after.archivedAt)) void owner.worker.close()
    },
  }
}

function edited(before: Session, body: PatchSession, facts: PatchFacts, at: string): Session {
  const { provider } = facts
  const changesProvider = provider !== undefined && provider.id !== before.provider
  const next: Session = {
    ...before,
    ...(body.mode === undefined ? {} : { mode: body.mode }),
    ...(body.pinned === undefined ? {} : { pinned: body.pinned }),
    ...(body.projectId === undefined ? {} : { projectId: body.projectId, cwd: facts.cwd ?? before.cwd }),
    ...(body.archived === undefined ? {} : { archivedAt: body.archived ? (before.archivedAt ?? at) : null }),
    ...(changesProvider ? { provider: provider.id, model: provider.defaultModel, options: {} } : {}),
    ...(body.model === undefined ? {} : { model: body.model ?? provider?.defaultModel ?? null }),
    ...(body.options === undefined ? {} : { options: body.options }),
  }
  return body.title === undefined ? next : titled(next, body.title, 'user')
}

/** The runtime session of before is not this chat's any more. */
export function forget({ cut, needs }: Pick<OwnerView, 'cut' | 'needs'>): EventDraft[] {
  if (cut.state.runtime.runtimeSessionId === null) return []
  const reason = 'The chat has another provider or folder.'
  return [{ type: 'runtime_changed', streamId: 'session', at: now(needs), runtimeSessionId: null, reason }]
}
