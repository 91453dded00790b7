/**
 * The port to what answers: an ACP agent, a model service, the demo. A runtime represents an agent; it owns no fact of
 * a session, knows nothing of HTTP or the hub, and is told apart by what it `can`, never by its name.
 */
import type { RuntimeStateUpdate, RuntimeUpdate, ToolCallFields } from '../../shared/events.ts'
import type {
  Answer,
  Capabilities,
  PermissionOption,
  PermissionSubject,
  Provider,
  QuestionSchema,
  RecoveryAction,
  StopReason,
  ToolContent,
  Usage,
} from '../../shared/model.ts'

export interface Runtimes {
  /** Every provider that is known, in the order of the strip, with its state as last looked at. */
  providers(): readonly Provider[]
  provider(id: string): Provider | undefined
  /** Looks again: the PATH, the configuration, and (where it is cheap) the models. */
  refresh(id?: string): Promise<void>
  /**
   * Learns models and options by opening a throw-away runtime session; those who ask at once share it, and the first
   * one's signal. Rejects with `RuntimeError`.
   */
  probe(id: string, signal: AbortSignal): Promise<Provider>
  /** Called whenever a provider's state, models or options have changed. */
  onChange(listener: () => void, signal: AbortSignal): void
  /** Opens a chat's own runtime session. Rejects with `RuntimeError`; on abort everything started is ended first. */
  open(request: OpenRequest): Promise<RuntimeSession>
}

export interface OpenRequest {
  /** Heddle's own id of this runtime: marks its processes as `HEDDLE_RUNTIME`. */
  readonly runtimeId: string
  readonly sessionId: string
  readonly provider: string
  /** Null: the provider's default. */
  readonly model: string | null
  readonly options: Readonly<Record<string, string>>
  /** Absolute; exists. */
  readonly cwd: string
  /** What `resumeToken` of an earlier runtime session of this chat said; null to begin anew. */
  readonly resumeToken: string | null
  /** What was said before, as text for a runtime that cannot resume; null in a new chat. Asked for only when needed. */
  readonly transcript: () => string | null
  /** What the runtime says of itself, in and out of turns. */
  readonly onState: (update: RuntimeStateUpdate | TitleUpdate | IdentityUpdate) => void
  /** Called with each process that was started, before anything is said to it: the owner records it for the reaper. */
  readonly onProcess: (process: { pid: number; startTime: string }) => void
  /** Aborts the opening; once open, `close` ends it. */
  readonly signal: AbortSignal
}

/** The runtime suggests a title for the chat. */
export interface TitleUpdate {
  readonly type: 'title'
  readonly title: string
}
/** The runtime has replaced its own session: the chat stays what it is. */
export interface IdentityUpdate {
  readonly type: 'identity'
  readonly runtimeSessionId: string
  readonly resumeToken: string | null
  readonly reason: string
}

export interface RuntimeSession {
  /** The provider's own id. */
  readonly runtimeSessionId: string
  /** How it came to be: anew, taken up again by its token, or anew with the transcript to be told at the first prompt. */
  readonly origin: 'new' | 'resumed' | 'told'
  readonly resumeToken: string | null
  readonly model: string | null
  readonly can: Capabilities
  /**
   * One turn. Resolves when the runtime has ended it; rejects with `RuntimeError` when it failed or its process died.
   * Aborting `signal` asks the runtime to cancel; it then resolves with `cancelled`, or never if the agent ignores it:
   * the owner ends it by `close` after its own time.
   */
  prompt(turn: PromptTurn, sink: TurnSink, signal: AbortSignal): Promise<TurnResult>
  /** For the next turn. Rejects with `RuntimeError` if the runtime refuses. */
  setModel(model: string): Promise<void>
  setOption(id: string, value: string): Promise<void>
  setMode(modeId: string): Promise<void>
  /** Ends the runtime with its whole process tree; resolves when nothing of it is alive. May be called twice. */
  close(): Promise<void>
  /** Resolves when the runtime has gone by itself or by `close`. */
  readonly closed: Promise<RuntimeEnd>
}

export interface PromptTurn {
  readonly turnId: string
  readonly text: string
  readonly files: readonly { path: string; name: string; mimeType: string }[]
}
export interface TurnResult {
  readonly stopReason: Exclude<StopReason, 'interrupted' | 'error'>
  readonly usage: Usage | null
}
export interface RuntimeEnd {
  /** `closed`: we ended it; `died`: it ended itself. */
  readonly how: 'closed' | 'died'
  readonly detail: string
}

/** Where a turn's facts go. Calls are in order; after the turn has ended they go nowhere. */
export interface TurnSink {
  update(update: RuntimeUpdate): void
  /**
   * Asks the person. Resolves once with the decision (`cancelled` when the turn was stopped or is over). The runtime
   * calls `delivered` when the agent has been sent it.
   */
  requestPermission(request: PermissionRequest): Promise<PermissionDecision>
  ask(request: QuestionRequest): Promise<Answer>
}

export interface PermissionRequest {
  /** The tool call as far as it is known; upserted before the request. */
  readonly toolCall: ToolCallFields
  readonly title: string
  readonly kind: string
  readonly subject: PermissionSubject
  readonly options: readonly PermissionOption[]
}
export type PermissionDecision =
  | {
      readonly outcome: 'selected'
      readonly optionId: string
      readonly reason: string | null
      readonly delivered: () => void
    }
  | { readonly outcome: 'cancelled' }
export interface QuestionRequest {
  readonly message: string
  readonly schema: QuestionSchema
}

/** Why a runtime failed: what it is, in the agent's own words where it has some, and what to do. */
export interface RuntimeFailure {
  /** `transient`: worth another try; the rest are not, until something has changed. */
  readonly kind: 'not_installed' | 'needs_login' | 'died' | 'protocol' | 'refused' | 'transient' | 'timeout' | 'flood'
  /** One sentence: what happened. */
  readonly summary: string
  /** The cause as far as it is known; the agent's own last words, bounded. */
  readonly cause: string
  /** HTTP status of a model service, where there is one. */
  readonly status?: number
  readonly retryAfterMs?: number
  readonly actions: readonly { action: RecoveryAction; label: string }[]
}

export class RuntimeError extends Error {
  readonly failure: RuntimeFailure

  constructor(failure: RuntimeFailure) {
    super(failure.summary)
    this.name = 'RuntimeError'
    this.failure = failure
  }
}

export type { RuntimeStateUpdate, RuntimeUpdate, ToolContent }
