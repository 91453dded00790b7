/**
 * The one reducer: folds a session's events, in order, into its state. Pure and total: no clock, no ids; an unknown
 * event, one of a stream that does not run, or an illegal step changes nothing but `seq`. The server and every tab run
 * this same function, so that snapshot + tail = replay by construction.
 */
import type { SessionEvent } from './events.ts'
import { sessionStreamId } from './ids.ts'
import type { Message, Part, Run, RunStateName, RuntimeInfo } from './model.ts'
import {
  appendPart,
  appendText,
  changeMessage,
  changePart,
  closeMessage,
  newNotice,
  newTool,
  type Parts,
  stepPermission,
  stepQuestion,
  updateTool,
} from './parts.ts'
import { initialState, isPermission, type LiveRun, type Pending, type SessionState } from './state.ts'

type Event<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>

/** Events at or before `state.seq` have been seen: they change nothing. */
export function reduce(state: SessionState, event: SessionEvent): SessionState {
  if (event.seq <= state.seq) return state
  const next = step(state, event)
  return { ...next, seq: event.seq }
}

export function reduceAll(state: SessionState, events: Iterable<SessionEvent>): SessionState {
  let next = state
  for (const event of events) next = reduce(next, event)
  return next
}

function step(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'user_message':
      return userMessage(state, event)
    case 'turn_started':
      return turnStarted(state, event)
    case 'turn_ended':
      return turnEnded(state, event)
    case 'cancel_requested':
      return inLive(state, event, (live) => ({ ...live, cancelRequestedBy: live.cancelRequestedBy ?? event.by }))
    case 'queue_changed':
      return { ...state, queue: event.queue }
    case 'rewound':
      return rewound(state, event.toLine)
    case 'runtime_changed':
      return runtimeChanged(state, event)
    case 'usage_update':
      return { ...state, runtime: { ...state.runtime, usage: { ...state.runtime.usage, ...event.usage } } }
    case 'current_mode_update': {
      const modes = event.availableModes ?? state.runtime.modes
      return { ...state, runtime: { ...state.runtime, modeId: event.currentModeId, modes } }
    }
    case 'config_option_update':
      return { ...state, runtime: { ...state.runtime, options: event.configOptions } }
    case 'available_commands_update':
      return { ...state, runtime: { ...state.runtime, commands: event.availableCommands } }
    default:
      return partChanged(state, event)
  }
}

function userMessage(state: SessionState, { message }: Event<'user_message'>): SessionState {
  const { live } = state
  const isForeign = live !== null && message.streamId !== live.run.id && message.streamId !== sessionStreamId
  return isForeign || message.line <= state.lastLine ? state : addMessage(state, message)
}

/** What comes while a turn runs stands among its messages, so that lines stay in order. */
function addMessage(state: SessionState, message: Message): SessionState {
  const { live } = state
  const lastLine = message.line
  if (live) return { ...state, lastLine, live: { ...live, messages: [...live.messages, message] } }
  return { ...state, lastLine, messages: [...state.messages, message] }
}

function turnStarted(state: SessionState, event: Event<'turn_started'>): SessionState {
  if (state.live || event.run.id !== event.streamId) return state
  return { ...state, live: { run: event.run, messageId: event.messageId, cancelRequestedBy: null, messages: [] } }
}

function turnEnded(state: SessionState, event: Event<'turn_ended'>): SessionState {
  const { live } = state
  if (live?.run.id !== event.streamId) return state
  const run: Run = {
    ...live.run,
    state: endState(event.stopReason),
    stopReason: event.stopReason,
    endedAt: event.at,
    durationMs: Math.max(0, Date.parse(event.at) - Date.parse(live.run.startedAt)),
    usage: event.usage ?? live.run.usage,
    recovery: event.recovery ?? null,
  }
  const messages = [...state.messages, ...live.messages.map((message) => closeMessage(message, event))]
  return {
    ...state,
    messages,
    runs: [...state.runs, run],
    live: null,
    pending: state.pending.length ? [] : state.pending,
  }
}

function endState(stopReason: Run['stopReason']): RunStateName {
  if (stopReason === 'cancelled' || stopReason === 'interrupted' || stopReason === 'error') return stopReason
  return 'done'
}

/** `toLine` is the last line that stays; lines are never used again. */
function rewound(state: SessionState, toLine: number): SessionState {
  if (state.live) return state
  const messages = state.messages.filter((message) => message.line <= toLine)
  if (messages.length === state.messages.length) return state
  const kept = new Set(messages.map((message) => message.streamId))
  return { ...state, messages, runs: state.runs.filter((run) => kept.has(run.id)) }
}

/** Without a runtime session nothing is known of what it offers; what was used has been used. */
function runtimeChanged(state: SessionState, event: Event<'runtime_changed'>): SessionState {
  const { runtimeSessionId } = event
  const known = runtimeSessionId === null ? { ...initialState.runtime, usage: state.runtime.usage } : state.runtime
  const runtime: RuntimeInfo = { ...known, runtimeSessionId }
  return inLive({ ...state, runtime }, event, (live) => live)
}

/** Events that belong into a message; only the stream that runs may write. */
function partChanged(state: SessionState, event: SessionEvent): SessionState {
  if (event.streamId === sessionStreamId) return sessionNotice(state, event)
  const { live } = state
  if (live?.run.id !== event.streamId) return state
  const messages = changeMessages(state, live, event)
  if (messages === live.messages) return state
  const lastLine = messages.length > live.messages.length ? state.lastLine + 1 : state.lastLine
  const next = inLive({ ...state, lastLine }, event, () => ({ ...live, run: countWork(live, event), messages }))
  return settlePending(next, event)
}

function changeMessages(state: SessionState, live: LiveRun, event: SessionEvent): readonly Message[] {
  const into = (change: (parts: Parts) => Parts) =>
    'messageId' in event
      ? changeMessage(live.messages, event.messageId, () => newMessage(state, event), change)
      : live.messages
  switch (event.type) {
    case 'agent_message_chunk':
      return into((parts) => appendText(parts, 'text', event.text, event))
    case 'agent_thought_chunk':
      return into((parts) => appendText(parts, 'thought', event.text, event))
    case 'tool_call':
    case 'tool_call_update': {
      const isTool = (part: Part) => part.type === 'tool' && part.toolCallId === event.toolCallId
      if (!hasPart(live, isTool)) return into((parts) => appendPart(parts, newTool(event, event), event))
      return changePart(live.messages, isTool, (part) => (part.type === 'tool' ? updateTool(part, event, event) : part))
    }
    case 'plan': {
      const isPlan = (part: Part) => part.type === 'plan'
      const plan: Part = { type: 'plan', entries: event.entries }
      if (!hasPart(live, isPlan)) return into((parts) => appendPart(parts, plan, event))
      return changePart(live.messages, isPlan, () => plan)
    }
    case 'notice':
      return into((parts) => appendPart(parts, newNotice(event), event))
    case 'compaction_update':
      return into((parts) =>
        appendPart(parts, { type: 'notice', level: 'info', text: event.text ?? `Compaction: ${event.status}` }, event),
      )
    case 'permission_requested':
      if (hasPart(live, (part) => part.type === 'permission' && part.permission.id === event.permission.id))
        return live.messages
      return into((parts) => appendPart(parts, { type: 'permission', permission: event.permission }, event))
    case 'question_asked':
      if (hasPart(live, (part) => part.type === 'question' && part.question.id === event.question.id))
        return live.messages
      return into((parts) => appendPart(parts, { type: 'question', question: event.question }, event))
    case 'permission_resolved':
    case 'permission_delivered':
    case 'permission_expired':
      return changePart(
        live.messages,
        (part) => part.type === 'permission' && part.permission.id === event.permission.id,
        (part) => {
          if (part.type !== 'permission') return part
          const permission = stepPermission(part.permission, event.permission)
          return permission === part.permission ? part : { ...part, permission }
        },
      )
    case 'question_answered':
    case 'question_expired':
      return changePart(
        live.messages,
        (part) => part.type === 'question' && part.question.id === event.question.id,
        (part) => {
          if (part.type !== 'question') return part
          const question = stepQuestion(part.question, event.question)
          return question === part.question ? part : { ...part, question }
        },
      )
    default:
      return live.messages
  }
}

function hasPart({ messages }: LiveRun, matches: (part: Part) => boolean): boolean {
  return messages.some((message) => message.parts.some(matches))
}

function newMessage(state: SessionState, event: SessionEvent & { messageId: string; author?: string }): Message {
  return {
    id: event.messageId,
    sessionId: event.sessionId,
    streamId: event.streamId,
    seq: event.seq,
    line: state.lastLine + 1,
    role: event.streamId === sessionStreamId ? 'system' : 'assistant',
    author: event.author ?? null,
    parts: [],
    createdAt: event.at,
  }
}

/** A notice that no run owns is a message of the system's. */
function sessionNotice(state: SessionState, event: SessionEvent): SessionState {
  if (event.type !== 'notice') return state
  return addMessage(state, { ...newMessage(state, event), parts: [newNotice(event)] })
}

function countWork(live: LiveRun, event: SessionEvent): Run {
  if (event.type !== 'tool_call' && event.type !== 'tool_call_update') return live.run
  const known = hasPart(live, (part) => part.type === 'tool' && part.toolCallId === event.toolCallId)
  const paths = (event.content ?? []).flatMap((content) => (content.type === 'diff' ? [content.path] : []))
  const fresh = paths.filter((path) => !live.run.filesTouched.includes(path))
  if (known && fresh.length === 0) return live.run
  const filesTouched = fresh.length ? [...live.run.filesTouched, ...new Set(fresh)] : live.run.filesTouched
  return { ...live.run, toolCalls: live.run.toolCalls + (known ? 0 : 1), filesTouched }
}

function settlePending(state: SessionState, event: SessionEvent): SessionState {
  if (!('permission' in event) && !('question' in event)) return state
  const pending = (state.live?.messages ?? []).flatMap((message) => message.parts.flatMap(pendingOf))
  return inLive({ ...state, pending }, event, (live) => live)
}

function pendingOf(part: Part): Pending[] {
  if (part.type === 'permission' && part.permission.state === 'pending') return [part.permission]
  if (part.type === 'question' && part.question.state === 'pending') return [part.question]
  return []
}

/** Changes the run that the event names, if it is the one that runs, and says what it is doing now. */
function inLive(state: SessionState, event: SessionEvent, change: (live: LiveRun) => LiveRun): SessionState {
  if (state.live?.run.id !== event.streamId) return state
  const live = change(state.live)
  const runState = liveState(live, state.pending)
  const run = live.run.state === runState ? live.run : { ...live.run, state: runState }
  return { ...state, live: run === live.run ? live : { ...live, run } }
}

function liveState(live: LiveRun, pending: readonly Pending[]): RunStateName {
  if (live.cancelRequestedBy !== null) return 'stopping'
  const first = pending[0]
  if (!first) return 'running'
  return pending.some(isPermission) ? 'needs_approval' : 'needs_answer'
}
