/** Messages and their parts as values: each step returns the same array if nothing changed, else a new spine. */
import type { SessionEvent, ToolCallFields } from './events.ts'
import type { Message, Part, Permission, Question, ToolPart, ToolStatus } from './model.ts'

export type Parts = readonly Part[]
type At = { readonly at: string }

/** Changes the parts of message `id`; `create` makes the message if it is not there yet. */
export function changeMessage(
  messages: readonly Message[],
  id: string,
  create: () => Message,
  change: (parts: Parts) => Parts,
): readonly Message[] {
  const index = messages.findLastIndex((message) => message.id === id)
  const message = messages[index] ?? create()
  // What a person said is whole from the beginning: nothing is ever added to it.
  if (message.role === 'user') return messages
  const parts = change(message.parts)
  if (parts === message.parts) return messages
  const next = { ...message, parts: parts as Part[] }
  return index < 0 ? [...messages, next] : messages.with(index, next)
}

/** Changes the one part that `find` finds, newest message first; unchanged if there is none. */
export function changePart(
  messages: readonly Message[],
  find: (part: Part) => boolean,
  change: (part: Part) => Part,
): readonly Message[] {
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index] as Message
    const at = message.parts.findLastIndex(find)
    if (at < 0) continue
    const part = message.parts[at] as Part
    const next = change(part)
    return next === part ? messages : messages.with(index, { ...message, parts: message.parts.with(at, next) })
  }
  return messages
}

export function appendText(parts: Parts, type: 'text' | 'thought', text: string, { at }: At): Parts {
  if (text === '') return parts
  const last = parts.at(-1)
  if (last?.type === type) return parts.with(-1, { ...last, text: last.text + text })
  return appendPart(parts, type === 'text' ? { type, text } : { type, text, startedAt: at, endedAt: null }, { at })
}

/** A new part ends the thought before it. */
export function appendPart(parts: Parts, part: Part, { at }: At): Parts {
  return [...endThought(parts, at), part]
}

export function endThought(parts: Parts, at: string): Parts {
  const last = parts.at(-1)
  return last?.type === 'thought' && last.endedAt === null ? parts.with(-1, { ...last, endedAt: at }) : parts
}

const closedStatuses: readonly ToolStatus[] = ['completed', 'failed', 'cancelled']
const isClosed = (status: ToolStatus) => closedStatuses.includes(status)

export function newTool(fields: ToolCallFields, { at }: At): ToolPart {
  const status = fields.status ?? 'pending'
  return {
    type: 'tool',
    toolCallId: fields.toolCallId,
    title: fields.title ?? fields.toolCallId,
    kind: fields.kind ?? 'other',
    status,
    content: fields.content ?? [],
    locations: fields.locations ?? [],
    ...('rawInput' in fields ? { rawInput: fields.rawInput } : {}),
    ...('rawOutput' in fields ? { rawOutput: fields.rawOutput } : {}),
    startedAt: at,
    endedAt: isClosed(status) ? at : null,
  }
}

/** A tool call only goes forward: pending → in progress → closed. What a closed one still tells of itself is kept. */
export function updateTool(tool: ToolPart, fields: ToolCallFields, { at }: At): ToolPart {
  const status = fields.status ?? tool.status
  if (isClosed(tool.status) && status !== tool.status) return tool
  if (tool.status === 'in_progress' && status === 'pending') return tool
  const next: ToolPart = { ...tool, status }
  if (fields.title !== undefined) next.title = fields.title
  if (fields.kind !== undefined) next.kind = fields.kind
  if (fields.content !== undefined) next.content = fields.content
  if (fields.locations !== undefined) next.locations = fields.locations
  if (fields.rawInput !== undefined) next.rawInput = fields.rawInput
  if (fields.rawOutput !== undefined) next.rawOutput = fields.rawOutput
  if (isClosed(status) && tool.endedAt === null) next.endedAt = at
  return isSame(tool, next) ? tool : next
}

function isSame(one: ToolPart, other: ToolPart): boolean {
  return (Object.keys(other) as (keyof ToolPart)[]).every((field) => sameJson(one[field], other[field]))
}

function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const names = Object.keys(one)
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => sameJson(Reflect.get(one, name), Reflect.get(other, name)))
  )
}

/** `pending → resolved (→ delivered)` or `pending → expired`; every other step changes nothing. */
export function stepPermission(held: Permission, next: Permission): Permission {
  const decided = held.state === 'pending' && next.state !== 'pending'
  const delivered = held.state === 'resolved' && held.deliveredAt === null && next.deliveredAt !== null
  const undeliverable = held.state === 'resolved' && held.deliveredAt === null && next.state === 'expired'
  return decided || delivered || undeliverable ? next : held
}

export function stepQuestion(held: Question, next: Question): Question {
  return held.state === 'pending' && next.state !== 'pending' ? next : held
}

/** What is open when a turn ends is closed with it. */
export function closePart(part: Part, { at }: At): Part {
  if (part.type === 'thought' && part.endedAt === null) return { ...part, endedAt: at }
  if (part.type === 'tool' && !isClosed(part.status)) return { ...part, status: 'cancelled', endedAt: at }
  if (part.type === 'permission' && part.permission.state === 'pending')
    return { ...part, permission: { ...part.permission, state: 'expired', resolvedAt: at, reason: turnOver } }
  if (part.type === 'question' && part.question.state === 'pending')
    return { ...part, question: { ...part.question, state: 'expired', resolvedAt: at, reason: turnOver } }
  return part
}
const turnOver = 'The turn ended before an answer.'

export function closeMessage(message: Message, event: SessionEvent): Message {
  let changed = false
  const parts = message.parts.map((part) => {
    const next = closePart(part, event)
    if (next !== part) changed = true
    return next
  })
  return changed ? { ...message, parts } : message
}
