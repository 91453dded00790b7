/**
 * The objects of the wire contract, as valibot schemas with their types. The page imports the types only.
 */
import * as v from 'valibot'
import { Permission, Question } from './asking.ts'
import { count, time } from './fields.ts'
import { FilePart } from './message.ts'
import { Usage } from './provider.ts'

export * from './asking.ts'
export * from './message.ts'
export * from './provider.ts'

export const SessionKind = v.picklist(['chat', 'quick', 'council'])
export const SessionMode = v.picklist(['chat', 'setup', 'analysis', 'what-if'])
export const TitleSource = v.picklist(['none', 'derived', 'agent', 'user'])
export const SessionStateName = v.picklist([
  'idle',
  'starting',
  'running',
  'needs_approval',
  'needs_answer',
  'stopping',
  'interrupted',
  'error',
])
export const RunStateName = v.picklist([
  'queued',
  'starting',
  'running',
  'needs_approval',
  'needs_answer',
  'stopping',
  'done',
  'cancelled',
  'interrupted',
  'error',
])
/** ACP's stop reasons, and two of ours. */
export const StopReason = v.picklist([
  'end_turn',
  'max_tokens',
  'max_turn_requests',
  'refusal',
  'cancelled',
  'interrupted',
  'error',
])
export const RecoveryAction = v.picklist([
  'retry',
  'continue',
  'edit_and_retry',
  'switch_model',
  'open_settings',
  'resume_queue',
])
/** What happened at a bad end, and what is safe now. All texts are sentences for a person. */
export const Recovery = v.object({
  status: v.string(),
  summary: v.string(),
  rootCause: v.string(),
  safeRetry: v.string(),
  stopCondition: v.string(),
  humanInputRequired: v.boolean(),
  nextActions: v.array(v.object({ action: RecoveryAction, label: v.string() })),
})
export const Run = v.object({
  id: v.string(),
  sessionId: v.string(),
  projectId: v.nullable(v.string()),
  provider: v.string(),
  model: v.nullable(v.string()),
  state: RunStateName,
  stopReason: v.nullable(StopReason),
  prompt: v.string(),
  summary: v.nullable(v.string()),
  startedAt: time,
  endedAt: v.nullable(time),
  durationMs: v.nullable(count),
  usage: v.nullable(Usage),
  toolCalls: count,
  filesTouched: v.array(v.string()),
  recovery: v.nullable(Recovery),
})
export const QueuedMessage = v.object({
  messageId: v.string(),
  streamId: v.string(),
  text: v.string(),
  files: v.array(FilePart),
  author: v.nullable(v.string()),
  createdAt: time,
})
/** `held`: why the queue waits for a person; null while it drains by itself. */
export const Queue = v.object({
  items: v.array(QueuedMessage),
  held: v.nullable(v.picklist(['stopped', 'error', 'interrupted'])),
})
export const Session = v.object({
  id: v.string(),
  projectId: v.nullable(v.string()),
  cwd: v.string(),
  kind: SessionKind,
  mode: SessionMode,
  title: v.string(),
  titleSource: TitleSource,
  provider: v.string(),
  model: v.nullable(v.string()),
  options: v.record(v.string(), v.string()),
  runtimeSessionId: v.nullable(v.string()),
  sharedRuntime: v.boolean(),
  context: v.nullable(
    v.object({ runId: v.optional(v.string()), sessionId: v.optional(v.string()), messageId: v.optional(v.string()) }),
  ),
  state: SessionStateName,
  activeStreamId: v.nullable(v.string()),
  /** When the active turn began: what the row counts from. */
  activeSince: v.nullable(time),
  activity: v.nullable(v.string()),
  pending: v.array(v.union([Permission, Question])),
  queueLength: count,
  lastMessagePreview: v.string(),
  messageCount: count,
  usage: Usage,
  unread: v.boolean(),
  pinned: v.boolean(),
  headSeq: count,
  revision: count,
  createdAt: time,
  updatedAt: time,
  archivedAt: v.nullable(time),
  parent: v.nullable(v.object({ sessionId: v.string(), line: v.optional(v.number()) })),
})
export const Project = v.object({
  id: v.string(),
  name: v.string(),
  cwd: v.nullable(v.string()),
  provider: v.nullable(v.string()),
  model: v.nullable(v.string()),
  archived: v.boolean(),
  createdAt: time,
})
/** Settings of the person; unknown fields are kept out. */
export const Settings = v.object({
  theme: v.picklist(['system', 'light', 'dark']),
  density: v.picklist(['comfortable', 'compact']),
  sidebarWidth: v.pipe(v.number(), v.minValue(240), v.maxValue(420)),
  lastProvider: v.nullable(v.string()),
  /** The last model chosen, by provider id. */
  lastModels: v.record(v.string(), v.string()),
  lastProjectId: v.nullable(v.string()),
  notifications: v.boolean(),
})
export const Draft = v.object({ text: v.string(), files: v.array(FilePart) })
export const ApiKey = v.object({
  id: v.string(),
  name: v.string(),
  kind: v.picklist(['person', 'program', 'agent']),
  createdAt: time,
  lastUsedAt: v.nullable(time),
})

export type SessionKind = v.InferOutput<typeof SessionKind>
export type SessionMode = v.InferOutput<typeof SessionMode>
export type TitleSource = v.InferOutput<typeof TitleSource>
export type SessionStateName = v.InferOutput<typeof SessionStateName>
export type RunStateName = v.InferOutput<typeof RunStateName>
export type StopReason = v.InferOutput<typeof StopReason>
export type RecoveryAction = v.InferOutput<typeof RecoveryAction>
export type Recovery = v.InferOutput<typeof Recovery>
export type Run = v.InferOutput<typeof Run>
export type QueuedMessage = v.InferOutput<typeof QueuedMessage>
export type Queue = v.InferOutput<typeof Queue>
export type Session = v.InferOutput<typeof Session>
export type Project = v.InferOutput<typeof Project>
export type Settings = v.InferOutput<typeof Settings>
export type Draft = v.InferOutput<typeof Draft>
export type ApiKey = v.InferOutput<typeof ApiKey>
