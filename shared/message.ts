/** Messages and their parts, as valibot schemas with their types. */
import * as v from 'valibot'
import { Permission, Question } from './asking.ts'
import { count, time } from './fields.ts'

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
  v.object({ type: v.literal('diff'), path: v.string(), oldText: v.nullable(v.string()), newText: v.string() }),
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
  locations: v.array(v.object({ path: v.string(), line: v.optional(v.nullable(v.number())) })),
  rawInput: v.optional(v.unknown()),
  rawOutput: v.optional(v.unknown()),
  startedAt: time,
  endedAt: v.nullable(time),
})
export const PlanEntry = v.object({
  content: v.string(),
  priority: v.optional(v.string()),
  status: v.picklist(['pending', 'in_progress', 'completed']),
})
/** With a notice that a turn is tried again by itself: which try of how many comes, and when. */
export const Retry = v.object({ attempt: count, of: count, at: time })
export const Part = v.variant('type', [
  v.object({ type: v.literal('text'), text: v.string() }),
  v.object({ type: v.literal('thought'), text: v.string(), startedAt: time, endedAt: v.nullable(time) }),
  ToolPart,
  v.object({ type: v.literal('plan'), entries: v.array(PlanEntry) }),
  v.object({ type: v.literal('permission'), permission: Permission }),
  v.object({ type: v.literal('question'), question: Question }),
  v.object({
    type: v.literal('notice'),
    level: v.picklist(['info', 'warning', 'error']),
    title: v.optional(v.string()),
    text: v.string(),
    retry: v.optional(Retry),
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
  author: v.nullable(v.string()),
  parts: v.array(Part),
  createdAt: time,
})

export type FilePart = v.InferOutput<typeof FilePart>
export type ToolContent = v.InferOutput<typeof ToolContent>
export type ToolStatus = v.InferOutput<typeof ToolStatus>
export type ToolPart = v.InferOutput<typeof ToolPart>
export type Retry = v.InferOutput<typeof Retry>
export type PlanEntry = v.InferOutput<typeof PlanEntry>
export type Part = v.InferOutput<typeof Part>
export type Message = v.InferOutput<typeof Message>
