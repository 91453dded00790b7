/** ACP's content blocks as ours, bounded: what an agent sends must not swell a log or a page. */
import type { ContentBlock, ToolCallContent } from '@agentclientprotocol/sdk'
import type { ToolContent } from '../../../shared/model.ts'
import { maxImageCharacters, maxRawCharacters, maxToolTextCharacters } from '../limits.ts'

/** A block of a message as Markdown; what is no text becomes a link or a note. */
export function textOfBlock(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text
    case 'resource_link':
      return `[${block.title ?? block.name}](${block.uri})`
    case 'resource':
      return 'text' in block.resource
        ? `\n\n\`\`\`\`\n${cut(block.resource.text)}\n\`\`\`\`\n\n`
        : `[${block.resource.uri}, ${sizeWords(block.resource.blob.length)}]`
    default:
      return `[${block.mimeType}, ${sizeWords(block.data.length)}]`
  }
}

/** `terminalText`: what the agent has reported of a terminal, by its id. */
export function toolContent(
  blocks: readonly ToolCallContent[],
  terminalText: (terminalId: string) => string | undefined,
): ToolContent[] {
  return blocks.map((block) => {
    if (block.type === 'content') return ofBlock(block.content)
    if (block.type === 'terminal') {
      const text = terminalText(block.terminalId)
      return { type: 'terminal', terminalId: block.terminalId, ...(text === undefined ? {} : { text }) }
    }
    const { path, oldText, newText } = block
    return { type: 'diff', path, oldText: oldText == null ? null : cut(oldText), newText: cut(newText) }
  })
}

function ofBlock(block: ContentBlock): ToolContent {
  if (block.type === 'text') return { type: 'text', text: cut(block.text) }
  if (block.type === 'image' && block.data.length <= maxImageCharacters)
    return { type: 'image', mimeType: block.mimeType, data: block.data }
  if (block.type === 'resource_link') return { type: 'resource', uri: block.uri }
  if (block.type === 'resource') {
    const { resource } = block
    return { type: 'resource', uri: resource.uri, ...('text' in resource ? { text: cut(resource.text) } : {}) }
  }
  return { type: 'text', text: textOfBlock(block) }
}

/**
 * Some agents (opencode) show the whole file while they ask, and only the lines they were given once it is done: the same
 * edit told with less, which says no longer where it was. What was told first stays.
 */
export function withFullerDiffs(content: ToolContent[], before: readonly ToolContent[]): ToolContent[] {
  return content.map((block) => before.find((earlier) => isPartOf(block, earlier)) ?? block)
}

function isPartOf(part: ToolContent, whole: ToolContent): boolean {
  if (part.type !== 'diff' || whole.type !== 'diff' || part.path !== whole.path) return false
  if (!part.oldText || !whole.oldText?.includes(part.oldText)) return false
  const once = whole.oldText.replace(part.oldText, () => part.newText)
  return once === whole.newText || whole.oldText.replaceAll(part.oldText, () => part.newText) === whole.newText
}

/** Long text keeps both ends: an error stands at the end of an output, its command at the beginning. */
function cut(text: string): string {
  if (text.length <= maxToolTextCharacters) return text
  const half = maxToolTextCharacters / 2
  const left = text.length - 2 * half
  return `${text.slice(0, half)}\n… ${left.toLocaleString('en')} characters left out …\n${text.slice(-half)}`
}

/** Any JSON of an agent's, left out with a word when it is too large for an event. */
export function boundedRaw(raw: unknown): unknown {
  const length = JSON.stringify(raw)?.length ?? 0
  return length <= maxRawCharacters ? raw : `[${sizeWords(length)}, left out]`
}

function sizeWords(characters: number): string {
  return characters < 1024 ? `${characters} bytes` : `${Math.round(characters / 1024).toLocaleString('en')} KB`
}

/** Pieces of at most `limit` UTF-16 units that never part a surrogate pair. */
export function* pieces(text: string, limit: number): Generator<string, void> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + limit, text.length)
    const last = text.charCodeAt(to - 1)
    if (to < text.length && to - from > 1 && last >= 0xd800 && last <= 0xdbff) to--
    yield text.slice(from, to)
    from = to
  }
}
