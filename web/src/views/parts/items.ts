/** The parts of a message as what is drawn: neighbouring reads and searches are one item. */
import type { Message, Part, ToolPart } from '../../../../shared/model.ts'
import { isLookingAround } from './tool-words.ts'

export type PartItem = {
  readonly key: string
  readonly open: boolean
} /** `asked`: a tool call whose edit waits for approval, and is shown there. */ & (
  | { readonly kind: 'part'; readonly part: Part; readonly asked: boolean }
  | { readonly kind: 'group'; readonly tools: readonly ToolPart[] }
)

/**
 * Keys stand for identity: a tool's own id, a permission's, and for text and thoughts which one of its kind it is. Parts
 * are only ever added at the end, so that number never comes to mean another.
 */
export function itemsOf(message: Message, live: boolean): PartItem[] {
  const items: PartItem[] = []
  const counts = new Map<string, number>()
  const asked = askedEdits(message)
  message.parts.forEach((part, index) => {
    const open = live && index === message.parts.length - 1
    const before = items.at(-1)
    if (part.type === 'tool' && isLookingAround(part)) {
      if (before?.kind === 'group') items[items.length - 1] = { ...before, open, tools: [...before.tools, part] }
      else items.push({ key: `group ${part.toolCallId}`, kind: 'group', tools: [part], open })
      return
    }
    items.push({
      key: keyOf(part, counts),
      kind: 'part',
      part,
      open,
      asked: part.type === 'tool' && asked.has(part.toolCallId),
    })
  })
  return items
}

/** Tool calls of which an approval shows the edit. */
function askedEdits({ parts }: Message): Set<string> {
  const waiting = parts.flatMap((part) => (part.type === 'permission' ? [part.permission] : []))
  const shown = waiting.filter(({ state, subject }) => state === 'pending' && subject.diff)
  return new Set(shown.map(({ toolCallId }) => toolCallId))
}

function keyOf(part: Part, counts: Map<string, number>): string {
  if (part.type === 'tool') return `tool ${part.toolCallId}`
  if (part.type === 'permission') return `permission ${part.permission.id}`
  if (part.type === 'question') return `question ${part.question.id}`
  if (part.type === 'file') return `file ${part.fileId}`
  const nth = (counts.get(part.type) ?? 0) + 1
  counts.set(part.type, nth)
  return `${part.type} ${nth}`
}
