/** What a view is given in a test: real state, a frame that is flushed by hand, and actions that are only written down. */

import type { Message, Part, Permission, Question, Run, Session, ToolPart } from '../../../shared/model.ts'
import { initialState, type SessionState } from '../../../shared/state.ts'
import type { Actions } from '../../../web/src/actions/actions.ts'
import { childLife } from '../../../web/src/actions/life.ts'
import { createFrame } from '../../../web/src/dom/frame.ts'
import { createState, type State } from '../../../web/src/state/state.ts'
import { createKit, type Kit } from '../../../web/src/views/kit.ts'
import { createToasts } from '../../../web/src/views/toasts.ts'

export interface Bench {
  readonly kit: Kit
  readonly state: State
  /** Every action in its order: its name and what it was given. */
  readonly calls: [name: string, ...args: unknown[]][]
  /** Delivers what changed and draws it. */
  draw(): void
  /** Moves the clock of the guards. */
  advance(ms: number): void
  end(): void
}

const at = '2026-01-01T12:00:00.000Z'
const ids = new Map<string, string>()

/** An id of the right form that can be told apart in a failure. */
export function id(prefix: string, name: string | number): string {
  const made = `${prefix}_${String(name).padEnd(22, '0').slice(0, 22)}`
  ids.set(made, made)
  return made
}

export function createBench(): Bench {
  const life = new AbortController()
  const { signal } = childLife(life.signal)
  const fail = (error: unknown) => {
    throw error
  }
  const frame = createFrame(fail, signal)
  const state: State = createState({
    onDirty: () => frame.schedule(state, state.flush),
    onError: fail,
    onFeedReset: () => undefined,
    link: { watch: () => undefined, unwatch: () => undefined },
    now: () => Date.parse(at),
    pageVersion: '1',
  })
  state.shelf.setKey('held')
  state.shelf.setConnection({ state: 'live', since: 0, banner: false })
  const calls: Bench['calls'] = []
  const actions = recordedActions(state, calls)
  const deps = { state, actions, frame, signal }
  const toasts = createToasts(deps)
  document.body.append(toasts.dom)
  let clock = 0
  const kit: Kit = { ...createKit(deps, document.body, toasts), now: () => clock }
  return {
    kit,
    state,
    calls,
    draw() {
      // What observers schedule is drawn in the next flush.
      for (let round = 0; round < 3; round++) frame.flush()
    },
    advance(ms) {
      clock += ms
    },
    end() {
      life.abort()
      document.body.replaceChildren()
    },
  }
}

function recordedActions(state: State, calls: Bench['calls']): Actions {
  const done = async () => ({ ok: true as const, value: undefined })
  const handler: ProxyHandler<object> = {
    get:
      (_, name: string) =>
      (...args: unknown[]) => {
        if (name === 'editDraft') {
          const [key, text] = args as [string, string]
          return state.drafts.edit(key, { text, files: [] }, 0)
        }
        if (name === 'saveDrafts') return undefined
        if (name === 'navigate') state.pane.project(args[0] as Parameters<Actions['navigate']>[0])
        calls.push([name, ...args])
        return done()
      },
  }
  return new Proxy({}, handler) as Actions
}

export function session(name: string, fields: Partial<Session> = {}): Session {
  return {
    id: id('ses', name),
    projectId: null,
    cwd: '/code',
    kind: 'chat',
    mode: 'chat',
    title: name,
    titleSource: 'user',
    provider: 'demo',
    model: null,
    options: {},
    runtimeSessionId: null,
    sharedRuntime: false,
    context: null,
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
    headSeq: 1,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    parent: null,
    ...fields,
  }
}

export function running(name: string, fields: Partial<Session> = {}): Session {
  return session(name, {
    state: 'running',
    activeStreamId: id('run', name),
    activeSince: at,
    activity: 'Writing',
    ...fields,
  })
}

export function run(name: string, fields: Partial<Run> = {}): Run {
  return {
    id: id('run', name),
    sessionId: id('ses', name),
    projectId: null,
    provider: 'demo',
    model: null,
    state: 'running',
    stopReason: null,
    prompt: '',
    summary: null,
    startedAt: at,
    endedAt: null,
    durationMs: null,
    usage: null,
    toolCalls: 0,
    filesTouched: [],
    recovery: null,
    ...fields,
  }
}

let line = 0
export function message(name: string, streamId: string, role: Message['role'], parts: Part[]): Message {
  line++
  return {
    id: id('msg', name),
    sessionId: id('ses', 'x'),
    streamId,
    seq: line,
    line,
    role,
    author: null,
    parts,
    createdAt: at,
  }
}

export const said = (text: string): Part => ({ type: 'text', text })

export function tool(name: string, fields: Partial<ToolPart> = {}): ToolPart {
  return {
    type: 'tool',
    toolCallId: name,
    title: name,
    kind: 'other',
    status: 'completed',
    content: [],
    locations: [],
    startedAt: at,
    endedAt: at,
    ...fields,
  }
}

export function permission(name: string, of: string, fields: Partial<Permission> = {}): Permission {
  return {
    id: id('prm', name),
    sessionId: id('ses', of),
    streamId: id('run', of),
    toolCallId: name,
    title: name,
    kind: 'execute',
    subject: { command: name },
    digest: `digest of ${name}`,
    options: [
      { optionId: 'no', name: 'Reject', kind: 'reject_once' },
      { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
    ],
    state: 'pending',
    askedAt: at,
    resolvedAt: null,
    resolvedBy: null,
    optionId: null,
    deliveredAt: null,
    reason: null,
    ...fields,
  }
}

export function question(
  name: string,
  of: string,
  properties: Question['schema']['properties'],
  fields: Partial<Question> = {},
): Question {
  return {
    id: id('qst', name),
    sessionId: id('ses', of),
    streamId: id('run', of),
    message: name,
    schema: { type: 'object', properties, required: Object.keys(properties) },
    state: 'pending',
    answer: null,
    askedAt: at,
    resolvedAt: null,
    resolvedBy: null,
    reason: null,
    ...fields,
  }
}

/** The row and the reduced state of a session, as the live connection would have brought them. */
export function hold(state: State, row: Session, fields: Partial<SessionState> = {}): void {
  const seq = fields.seq ?? row.headSeq
  state.follow.receive([
    { type: 'snapshot', sessionId: row.id, seq, state: { ...initialState, ...fields, seq, session: row } },
  ])
}

export function buttons(root: ParentNode): string[] {
  return [...root.querySelectorAll('button')].map(
    (button) => button.querySelector('kbd')?.previousSibling?.textContent ?? button.textContent ?? '',
  )
}

export function press(root: ParentNode, text: string): void {
  const button = [...root.querySelectorAll('button')].find((candidate) => candidate.textContent?.startsWith(text))
  if (!button) throw new Error(`There is no button "${text}", only: ${buttons(root).join(', ')}`)
  button.click()
}
