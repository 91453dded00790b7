/** A tab's state without a browser, and sessions whose logs are written by hand. */
import type { EventBody, SessionEvent } from '../../../shared/events.ts'
import type { Message, Permission, Run, Session } from '../../../shared/model.ts'
import { reduceAll } from '../../../shared/reduce.ts'
import { initialState } from '../../../shared/state.ts'
import type { LiveLink } from '../../../web/src/state/carrying.ts'
import type { Key } from '../../../web/src/state/observe.ts'
import { createState, type State } from '../../../web/src/state/state.ts'

export const at = '2026-01-02T03:04:05.000Z'
const pad = (name: string) => name.padEnd(22, '0')
export const ses = (name: string) => `ses_${pad(name)}`
export const runId = (name: string) => `run_${pad(name)}`

export function row(id: string, fields: Partial<Session> = {}): Session {
  return {
    id,
    projectId: null,
    cwd: '/tmp',
    kind: 'chat',
    mode: 'chat',
    title: id,
    titleSource: 'derived',
    provider: 'demo',
    model: 'guide',
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
    headSeq: 0,
    revision: 0,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    parent: null,
    ...fields,
  }
}

export function run(sessionId: string, id: string): Run {
  return {
    id,
    sessionId,
    projectId: null,
    provider: 'demo',
    model: null,
    state: 'running',
    stopReason: null,
    prompt: 'go',
    summary: null,
    startedAt: at,
    endedAt: null,
    durationMs: null,
    usage: null,
    toolCalls: 0,
    filesTouched: [],
    recovery: null,
  }
}

export function permission(sessionId: string, streamId: string, name: string): Permission {
  return {
    id: `prm_${pad(name)}`,
    sessionId,
    streamId,
    toolCallId: name,
    title: `Run ${name}`,
    kind: 'execute',
    subject: { command: name },
    digest: 'd',
    options: [{ optionId: 'yes', name: 'Allow', kind: 'allow_once' }],
    state: 'pending',
    askedAt: at,
    resolvedAt: null,
    resolvedBy: null,
    optionId: null,
    deliveredAt: null,
    reason: null,
  }
}

/** The log of one session, as its owner would write it. */
export class Chat {
  readonly id: string
  readonly events: SessionEvent[] = []
  streamId = 'session'
  private lines = 0
  private turns = 0

  constructor(name: string) {
    this.id = ses(name)
  }

  add(body: EventBody, streamId = this.streamId): SessionEvent {
    const prev = this.events.findLast((event) => event.streamId === streamId)?.seq ?? 0
    const event = { sessionId: this.id, streamId, seq: this.events.length + 1, prev, at, ...body } as SessionEvent
    this.events.push(event)
    return event
  }

  start(prompt = 'go'): SessionEvent[] {
    this.turns++
    this.streamId = runId(`${this.id.slice(4, 8)}${this.turns}`)
    const message: Message = {
      id: `msg_${pad(`${this.id.slice(4, 8)}p${this.turns}`)}`,
      sessionId: this.id,
      streamId: this.streamId,
      seq: this.events.length + 1,
      line: ++this.lines,
      role: 'user',
      author: null,
      parts: [{ type: 'text', text: prompt }],
      createdAt: at,
    }
    const started = { run: run(this.id, this.streamId), messageId: message.id, provider: 'demo', model: null }
    this.lines++
    return [
      this.add({ type: 'user_message', message }),
      this.add({ type: 'turn_started', runtimeSessionId: null, ...started }),
    ]
  }

  get messageId(): string {
    return `msg_${pad(`${this.id.slice(4, 8)}a${this.turns}`)}`
  }

  say(text: string): SessionEvent {
    return this.add({ type: 'agent_message_chunk', messageId: this.messageId, text })
  }

  tool(toolCallId: string): SessionEvent {
    return this.add({ type: 'tool_call', messageId: this.messageId, toolCallId, title: toolCallId })
  }

  ask(name: string): SessionEvent {
    const asked = permission(this.id, this.streamId, name)
    return this.add({ type: 'permission_requested', messageId: this.messageId, permission: asked })
  }

  end(): SessionEvent {
    return this.add({ type: 'turn_ended', stopReason: 'end_turn', usage: null })
  }

  get state() {
    return reduceAll(initialState, this.events)
  }

  row(fields: Partial<Session> = {}): Session {
    const { live, pending } = this.state
    const state = pending.length > 0 ? 'needs_approval' : live ? 'running' : 'idle'
    const activity = { state, activeStreamId: live?.run.id ?? null, activeSince: live?.run.startedAt ?? null } as const
    return row(this.id, { ...activity, pending: [...pending], headSeq: this.events.length, ...fields })
  }

  snapshot() {
    const { state } = this
    return {
      type: 'snapshot' as const,
      sessionId: this.id,
      seq: state.seq,
      state: { ...state, session: this.row() },
    }
  }
}

export interface Tab {
  state: State
  /** What was asked of the live connection. */
  asked: string[]
  /** Keys touched since the last look. */
  touched(): Key[]
  show(id: string | null): void
}

export function openTab(): Tab {
  const asked: string[] = []
  const link: LiveLink = {
    watch: (id, after) => asked.push(`watch ${id} ${after}`),
    unwatch: (id) => asked.push(`unwatch ${id}`),
  }
  const errors: unknown[] = []
  const state = createState({
    onDirty: () => undefined,
    onError: (error) => errors.push(error),
    onFeedReset: () => asked.push('bootstrap'),
    link,
    now: () => 0,
    pageVersion: '1',
  })
  return {
    state,
    asked,
    touched: () => {
      const keys: Key[] = []
      const life = new AbortController()
      state.observe([...allKeys(state)], (touched) => keys.push(...touched), life.signal)
      state.flush()
      life.abort()
      return keys
    },
    show(id) {
      state.pane.project(id === null ? { name: 'home' } : { name: 'session', sessionId: id })
      state.follow.sync()
    },
  }
}

function allKeys(state: State): Key[] {
  const ids = [...state.INFLIGHT.keys(), ...state.rows.all.keys()]
  return ['pane', 'rows', 'title', ...ids.flatMap((id): Key[] => [`session:${id}`, `row:${id}`])]
}
