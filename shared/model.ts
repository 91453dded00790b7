/**
 * The objects of the wire contract, as valibot schemas with their types. The page imports the types only.
 */
import * as v from 'valibot'

const time = v.pipe(v.string(), v.isoTimestamp())
const nullable = v.nullable
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

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

/** Tokens as the runtime reports them; `contextUsed` of `contextSize` is what fills the model's window now. */
export const Usage = v.object({
  inputTokens: v.optional(v.number()),
  outputTokens: v.optional(v.number()),
  totalTokens: v.optional(v.number()),
  cachedReadTokens: v.optional(v.number()),
  thoughtTokens: v.optional(v.number()),
  contextUsed: v.optional(v.number()),
  contextSize: v.optional(v.number()),
  cost: v.optional(v.object({ amount: v.number(), currency: v.string() })),
})

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

export const PermissionOption = v.object({
  optionId: v.string(),
  name: v.string(),
  kind: v.picklist(['allow_once', 'allow_always', 'reject_once', 'reject_always']),
})
/** What is asked for, never shortened. */
export const PermissionSubject = v.object({
  command: v.optional(v.string()),
  args: v.optional(v.array(v.string())),
  cwd: v.optional(v.string()),
  path: v.optional(v.string()),
  diff: v.optional(v.object({ path: v.string(), oldText: nullable(v.string()), newText: v.string() })),
  rawInput: v.optional(v.unknown()),
})
export const Permission = v.object({
  id: v.string(),
  sessionId: v.string(),
  streamId: v.string(),
  toolCallId: v.string(),
  title: v.string(),
  kind: v.string(),
  subject: PermissionSubject,
  digest: v.string(),
  options: v.array(PermissionOption),
  state: v.picklist(['pending', 'resolved', 'expired']),
  askedAt: time,
  resolvedAt: nullable(time),
  resolvedBy: nullable(v.string()),
  optionId: nullable(v.string()),
  /** When the agent has the decision; null while it has not. */
  deliveredAt: nullable(time),
  /** Why it expired, or the person's reason for a rejection. */
  reason: nullable(v.string()),
})

const QuestionProperty = v.looseObject({
  type: v.string(),
  title: v.optional(v.string()),
  description: v.optional(v.string()),
  enum: v.optional(v.array(v.string())),
})
/** The flat JSON schema of ACP's elicitation. */
export const QuestionSchema = v.looseObject({
  type: v.literal('object'),
  properties: v.record(v.string(), QuestionProperty),
  required: v.optional(v.array(v.string())),
})
export const QuestionContent = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]))
export const Answer = v.variant('action', [
  v.object({ action: v.literal('accept'), content: QuestionContent }),
  v.object({ action: v.literal('decline') }),
  v.object({ action: v.literal('cancel') }),
])
export const Question = v.object({
  id: v.string(),
  sessionId: v.string(),
  streamId: v.string(),
  message: v.string(),
  schema: QuestionSchema,
  state: v.picklist(['pending', 'resolved', 'expired']),
  answer: nullable(Answer),
  askedAt: time,
  resolvedAt: nullable(time),
  resolvedBy: nullable(v.string()),
  reason: nullable(v.string()),
})

/** A file of a message: kept under its id; `name` is for people. */
export const FilePart = v.object({
  type: v.literal('file'),
  fileId: v.string(),
  name: v.string(),
  mimeType: v.string(),
  size: count,
})
export const ToolContent = v.variant('type', [
  v.object({ type: v.literal('text'), text: v.string() }),
  v.object({ type: v.literal('diff'), path: v.string(), oldText: nullable(v.string()), newText: v.string() }),
  v.object({ type: v.literal('terminal'), terminalId: v.string(), text: v.optional(v.string()) }),
  v.object({ type: v.literal('image'), mimeType: v.string(), data: v.string() }),
  v.object({ type: v.literal('resource'), uri: v.string(), text: v.optional(v.string()) }),
])
/** ACP's states of a tool call, and `cancelled`: open when its turn ended. */
export const ToolStatus = v.picklist(['pending', 'in_progress', 'completed', 'failed', 'cancelled'])
export const ToolPart = v.object({
  type: v.literal('tool'),
  toolCallId: v.string(),
  title: v.string(),
  /** ACP's tool kind: read, edit, delete, move, search, execute, think, fetch, switch_mode, other. */
  kind: v.string(),
  status: ToolStatus,
  content: v.array(ToolContent),
  locations: v.array(v.object({ path: v.string(), line: v.optional(nullable(v.number())) })),
  rawInput: v.optional(v.unknown()),
  rawOutput: v.optional(v.unknown()),
  startedAt: time,
  endedAt: nullable(time),
})
export const PlanEntry = v.object({
  content: v.string(),
  priority: v.optional(v.string()),
  status: v.picklist(['pending', 'in_progress', 'completed']),
})
export const Part = v.variant('type', [
  v.object({ type: v.literal('text'), text: v.string() }),
  v.object({ type: v.literal('thought'), text: v.string(), startedAt: time, endedAt: nullable(time) }),
  ToolPart,
  v.object({ type: v.literal('plan'), entries: v.array(PlanEntry) }),
  v.object({ type: v.literal('permission'), permission: Permission }),
  v.object({ type: v.literal('question'), question: Question }),
  v.object({
    type: v.literal('notice'),
    level: v.picklist(['info', 'warning', 'error']),
    title: v.optional(v.string()),
    text: v.string(),
  }),
  FilePart,
])
export const Message = v.object({
  id: v.string(),
  sessionId: v.string(),
  streamId: v.string(),
  /** `seq` of the event that began it. */
  seq: count,
  /** Counts messages from 1 in the session; never changes, never used again. */
  line: count,
  role: v.picklist(['user', 'assistant', 'system']),
  author: nullable(v.string()),
  parts: v.array(Part),
  createdAt: time,
})

export const Run = v.object({
  id: v.string(),
  sessionId: v.string(),
  projectId: nullable(v.string()),
  provider: v.string(),
  model: nullable(v.string()),
  state: RunStateName,
  stopReason: nullable(StopReason),
  prompt: v.string(),
  summary: nullable(v.string()),
  startedAt: time,
  endedAt: nullable(time),
  durationMs: nullable(count),
  usage: nullable(Usage),
  toolCalls: count,
  filesTouched: v.array(v.string()),
  recovery: nullable(Recovery),
})

export const QueuedMessage = v.object({
  messageId: v.string(),
  streamId: v.string(),
  text: v.string(),
  files: v.array(FilePart),
  author: nullable(v.string()),
  createdAt: time,
})
/** `held`: why the queue waits for a person; null while it drains by itself. */
export const Queue = v.object({
  items: v.array(QueuedMessage),
  held: nullable(v.picklist(['stopped', 'error', 'interrupted'])),
})

/** A setting that the runtime offers (ACP's config option), flattened: model, mode, effort, …. */
export const RuntimeOption = v.object({
  id: v.string(),
  name: v.string(),
  description: v.optional(v.string()),
  /** ACP's category: `model`, `mode`, `thought_level`, or the agent's own. */
  category: v.optional(v.string()),
  currentValue: v.string(),
  values: v.array(v.object({ value: v.string(), name: v.string(), description: v.optional(v.string()) })),
})
export const Command = v.object({ name: v.string(), description: v.string(), hint: v.optional(v.string()) })
/** What the runtime session behind a chat has told of itself. */
export const RuntimeInfo = v.object({
  runtimeSessionId: nullable(v.string()),
  modeId: nullable(v.string()),
  modes: v.array(v.object({ id: v.string(), name: v.string(), description: v.optional(v.string()) })),
  options: v.array(RuntimeOption),
  commands: v.array(Command),
  usage: Usage,
})

export const Session = v.object({
  id: v.string(),
  projectId: nullable(v.string()),
  cwd: v.string(),
  kind: SessionKind,
  mode: SessionMode,
  title: v.string(),
  titleSource: TitleSource,
  provider: v.string(),
  model: nullable(v.string()),
  options: v.record(v.string(), v.string()),
  runtimeSessionId: nullable(v.string()),
  sharedRuntime: v.boolean(),
  context: nullable(
    v.object({ runId: v.optional(v.string()), sessionId: v.optional(v.string()), messageId: v.optional(v.string()) }),
  ),
  state: SessionStateName,
  activeStreamId: nullable(v.string()),
  /** When the active turn began: what the row counts from. */
  activeSince: nullable(time),
  activity: nullable(v.string()),
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
  archivedAt: nullable(time),
  parent: nullable(v.object({ sessionId: v.string(), line: v.optional(v.number()) })),
})

export const Project = v.object({
  id: v.string(),
  name: v.string(),
  cwd: nullable(v.string()),
  provider: nullable(v.string()),
  model: nullable(v.string()),
  archived: v.boolean(),
  createdAt: time,
})

export const ProviderModel = v.object({
  id: v.string(),
  name: v.string(),
  description: v.optional(v.string()),
  contextWindow: v.optional(v.number()),
})
export const Capabilities = v.object({
  approve: v.boolean(),
  question: v.boolean(),
  resume: v.boolean(),
  steer: v.boolean(),
  images: v.boolean(),
})
export const Provider = v.object({
  id: v.string(),
  name: v.string(),
  kind: v.picklist(['demo', 'agent', 'model']),
  state: v.picklist(['ready', 'needs_key', 'not_installed', 'error']),
  /** What to do, or what is so, in one sentence. */
  detail: v.string(),
  /** The command that installs it, where it is not. */
  install: v.optional(v.string()),
  icon: v.string(),
  models: v.array(ProviderModel),
  defaultModel: nullable(v.string()),
  /** Other options of a new session, known once the runtime has been opened. */
  options: v.optional(v.array(RuntimeOption)),
  /** Where the provider has a key: its last four characters. */
  keyHint: v.optional(v.string()),
  can: Capabilities,
})

/** Settings of the person; unknown fields are kept out. */
export const Settings = v.object({
  theme: v.picklist(['system', 'light', 'dark']),
  density: v.picklist(['comfortable', 'compact']),
  sidebarWidth: v.pipe(v.number(), v.minValue(240), v.maxValue(420)),
  lastProvider: nullable(v.string()),
  /** The last model chosen, by provider id. */
  lastModels: v.record(v.string(), v.string()),
  lastProjectId: nullable(v.string()),
  notifications: v.boolean(),
})
export const Draft = v.object({ text: v.string(), files: v.array(FilePart) })
export const ApiKey = v.object({
  id: v.string(),
  name: v.string(),
  kind: v.picklist(['person', 'program', 'agent']),
  createdAt: time,
  lastUsedAt: nullable(time),
})

export type SessionKind = v.InferOutput<typeof SessionKind>
export type SessionMode = v.InferOutput<typeof SessionMode>
export type TitleSource = v.InferOutput<typeof TitleSource>
export type SessionStateName = v.InferOutput<typeof SessionStateName>
export type RunStateName = v.InferOutput<typeof RunStateName>
export type StopReason = v.InferOutput<typeof StopReason>
export type Usage = v.InferOutput<typeof Usage>
export type RecoveryAction = v.InferOutput<typeof RecoveryAction>
export type Recovery = v.InferOutput<typeof Recovery>
export type PermissionOption = v.InferOutput<typeof PermissionOption>
export type PermissionSubject = v.InferOutput<typeof PermissionSubject>
export type Permission = v.InferOutput<typeof Permission>
export type QuestionSchema = v.InferOutput<typeof QuestionSchema>
export type QuestionContent = v.InferOutput<typeof QuestionContent>
export type Answer = v.InferOutput<typeof Answer>
export type Question = v.InferOutput<typeof Question>
export type FilePart = v.InferOutput<typeof FilePart>
export type ToolContent = v.InferOutput<typeof ToolContent>
export type ToolStatus = v.InferOutput<typeof ToolStatus>
export type ToolPart = v.InferOutput<typeof ToolPart>
export type PlanEntry = v.InferOutput<typeof PlanEntry>
export type Part = v.InferOutput<typeof Part>
export type Message = v.InferOutput<typeof Message>
export type Run = v.InferOutput<typeof Run>
export type QueuedMessage = v.InferOutput<typeof QueuedMessage>
export type Queue = v.InferOutput<typeof Queue>
export type RuntimeOption = v.InferOutput<typeof RuntimeOption>
export type Command = v.InferOutput<typeof Command>
export type RuntimeInfo = v.InferOutput<typeof RuntimeInfo>
export type Session = v.InferOutput<typeof Session>
export type Project = v.InferOutput<typeof Project>
export type ProviderModel = v.InferOutput<typeof ProviderModel>
export type Capabilities = v.InferOutput<typeof Capabilities>
export type Provider = v.InferOutput<typeof Provider>
export type Settings = v.InferOutput<typeof Settings>
export type Draft = v.InferOutput<typeof Draft>
export type ApiKey = v.InferOutput<typeof ApiKey>
