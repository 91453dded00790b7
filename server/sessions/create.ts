/** A new session: its first row, and its first turn if it begins with a text, in one append. */
import type { CreateSession } from '../../shared/api.ts'
import type { Project, Provider, Session } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { initialState, type SessionState } from '../../shared/state.ts'
import { claim } from './claim.ts'
import type { Decision, OwnerView } from './commands/decision.ts'
import { promptOf, refuseUnbuilt } from './commands/send.ts'
import { folderOf } from './folders.ts'
import type { Cut } from './ledger.ts'
import { type Needs, now } from './needs.ts'
import type { Actor } from './sessions.ts'
import { titled } from './titles.ts'

export function refuseUnbuiltKinds(body: CreateSession): void {
  if (body.kind !== 'chat') throw new ProblemError('not_implemented', `A ${body.kind} session is not built yet.`)
  if (body.members) throw new ProblemError('not_implemented', 'Council members are not built yet.')
  if (body.sharedRuntime) throw new ProblemError('not_implemented', 'Sharing a runtime session is not built yet.')
  refuseUnbuilt(body)
}

/** The session before its first append; makes its scratch folder. */
export async function firstCut(
  needs: Needs,
  id: string,
  body: CreateSession,
  provider: Provider,
  project: Project | null,
): Promise<Cut> {
  const at = now(needs)
  const row: Session = {
    id,
    projectId: project?.id ?? null,
    cwd: await folderOf(needs, id, project),
    kind: body.kind,
    mode: body.mode,
    title: '',
    titleSource: 'none',
    provider: provider.id,
    model: body.model ?? provider.defaultModel,
    options: body.options ?? {},
    runtimeSessionId: null,
    sharedRuntime: false,
    context: body.context ?? null,
    state: 'idle',
    activeStreamId: null,
    activeSince: null,
    activity: null,
    pending: [],
    queueLength: 0,
    lastMessagePreview: '',
    messageCount: 0,
    usage: {},
    unread: false,
    pinned: false,
    headSeq: 0,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    parent: null,
  }
  const session = body.title === undefined ? titled(row, body.text ?? '', 'derived') : titled(row, body.title, 'user')
  return { state: initialState, session, readSeq: 0, notableSeq: 0 }
}

export function decideCreate(owner: OwnerView, body: CreateSession, actor: Actor): Decision<Session> {
  const { text } = body
  if (text === undefined) return { drafts: [], row: (row) => row, answer: ({ session }) => session }
  const prompt = promptOf(owner, { messageId: body.messageId, text, files: body.files }, actor)
  return {
    drafts: claim(owner.cut, prompt, { at: now(owner.needs), warm: false }),
    answer: ({ session }) => session,
    begun: (durable) => owner.begin(prompt, durable),
  }
}

/** The same request again; fields that it leaves open may have any value. */
export function isSameSession({ session, state }: Cut, body: CreateSession): boolean {
  const first = firstText(state)
  return (
    session.kind === body.kind &&
    session.mode === body.mode &&
    session.provider === body.provider &&
    session.projectId === (body.projectId ?? null) &&
    (body.model == null || session.model === body.model) &&
    (body.title === undefined ||
      session.title === titled({ ...session, titleSource: 'none' }, body.title, 'user').title) &&
    (body.text === undefined || first?.text === body.text) &&
    (body.messageId === undefined || body.text === undefined || first?.messageId === body.messageId) &&
    isSame(session.context, body.context ?? null) &&
    (body.options === undefined || isSame(session.options, body.options))
  )
}

function firstText({ messages }: SessionState): { text: string; messageId: string } | null {
  const prompt = messages.find(({ role }) => role === 'user')
  const [part] = prompt?.parts ?? []
  return prompt && part?.type === 'text' ? { text: part.text, messageId: prompt.id } : null
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
