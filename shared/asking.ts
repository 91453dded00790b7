/** What waits for a person: permissions and questions, as valibot schemas with their types. */
import * as v from 'valibot'
import { time } from './fields.ts'

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
  /** Folders that it wants to use, where this is what is asked. */
  directories: v.optional(v.array(v.string())),
  diff: v.optional(v.object({ path: v.string(), oldText: v.nullable(v.string()), newText: v.string() })),
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
  resolvedAt: v.nullable(time),
  resolvedBy: v.nullable(v.string()),
  optionId: v.nullable(v.string()),
  /** When the agent has the decision; null while it has not. */
  deliveredAt: v.nullable(time),
  /** Why it expired, or the person's reason for a rejection. */
  reason: v.nullable(v.string()),
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
  answer: v.nullable(Answer),
  askedAt: time,
  resolvedAt: v.nullable(time),
  resolvedBy: v.nullable(v.string()),
  reason: v.nullable(v.string()),
})

export type PermissionOption = v.InferOutput<typeof PermissionOption>
export type PermissionSubject = v.InferOutput<typeof PermissionSubject>
export type Permission = v.InferOutput<typeof Permission>
export type QuestionSchema = v.InferOutput<typeof QuestionSchema>
export type QuestionContent = v.InferOutput<typeof QuestionContent>
export type Answer = v.InferOutput<typeof Answer>
export type Question = v.InferOutput<typeof Question>
