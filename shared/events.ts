/**
 * The events of a session's log. `EventBody` is what somebody says, `SessionEvent` what the log made of it: numbered
 * from 1 without a gap, with `prev`, the `seq` before it in the same stream (0 for the first).
 */
import type {
  Command,
  Message,
  Permission,
  PlanEntry,
  Question,
  Queue,
  Recovery,
  Retry,
  Run,
  RuntimeOption,
  StopReason,
  ToolContent,
  ToolStatus,
  Usage,
} from './model.ts'

/** Fields of a tool call as ACP has them; in an update what is absent has not changed. */
export interface ToolCallFields {
  toolCallId: string
  title?: string
  kind?: string
  status?: ToolStatus
  content?: ToolContent[]
  locations?: { path: string; line?: number | null }[]
  rawInput?: unknown
  rawOutput?: unknown
}

/** What a runtime says in a turn; the owner adds the message it belongs to. */
export type RuntimeUpdate =
  | { type: 'agent_message_chunk'; text: string }
  | { type: 'agent_thought_chunk'; text: string }
  | ({ type: 'tool_call' } & ToolCallFields)
  | ({ type: 'tool_call_update' } & ToolCallFields)
  | { type: 'plan'; entries: PlanEntry[] }
  | { type: 'notice'; level: 'info' | 'warning' | 'error'; title?: string; text: string; retry?: Retry }
  | { type: 'compaction_update'; status: string; text?: string }
  | RuntimeStateUpdate

/** What a runtime says of itself; true outside a turn as well. */
export type RuntimeStateUpdate =
  | { type: 'usage_update'; usage: Usage }
  | {
      type: 'current_mode_update'
      currentModeId: string
      /** With the list when it is first known or has changed. */
      availableModes?: { id: string; name: string; description?: string }[]
    }
  | { type: 'config_option_update'; configOptions: RuntimeOption[] }
  | { type: 'available_commands_update'; availableCommands: Command[] }

/** Parts of a turn's answer: they name the message that they belong to. */
type InMessage = { messageId: string; author?: string }
type PartUpdate = Exclude<RuntimeUpdate, RuntimeStateUpdate>

export type EventBody =
  | { type: 'user_message'; message: Message }
  | {
      type: 'turn_started'
      run: Run
      /** The prompt's message. */
      messageId: string
      provider: string
      model: string | null
      runtimeSessionId: string | null
    }
  | (PartUpdate & InMessage)
  | RuntimeStateUpdate
  | ({ type: 'permission_requested'; permission: Permission } & InMessage)
  | { type: 'permission_resolved'; permission: Permission }
  | { type: 'permission_delivered'; permission: Permission }
  | { type: 'permission_expired'; permission: Permission }
  | ({ type: 'question_asked'; question: Question } & InMessage)
  | { type: 'question_answered'; question: Question }
  | { type: 'question_expired'; question: Question }
  | { type: 'queue_changed'; queue: Queue }
  | { type: 'cancel_requested'; by: string }
  | { type: 'rewound'; toLine: number }
  | { type: 'runtime_changed'; runtimeSessionId: string | null; reason: string }
  | { type: 'turn_ended'; stopReason: StopReason; usage: Usage | null; recovery?: Recovery }

export type EventType = EventBody['type']

export interface EventEnvelope {
  sessionId: string
  /** The run that it belongs to, or `session`. */
  streamId: string
  seq: number
  prev: number
  /** ISO 8601 UTC. */
  at: string
}

export type SessionEvent = EventEnvelope & EventBody

/** An event that has no number yet. */
export type EventDraft = { streamId: string; at: string } & EventBody
