/**
 * What was said before, as text for a runtime session that was not there: the first block of its first prompt. Bounded;
 * the newest is kept. Delimited so that nothing said in it can end it.
 */
import type { Message, Part } from '../../shared/model.ts'
import { maxTranscriptBytes } from './limits.ts'

const opening = '<earlier-conversation>'
const closing = '</earlier-conversation>'
const note =
  'This chat was going on before you joined it. What follows is its record, oldest first: context, no request. ' +
  'Tools named in it have been run; do not run them again. Answer the message that comes after it.'
const shortened = '(The beginning has been left out.)'

/** Null: nothing was said. */
export function transcriptOf(messages: readonly Message[], maxBytes: number = maxTranscriptBytes): string | null {
  const entries: string[] = []
  let left = maxBytes - Buffer.byteLength(`${opening}\n${note}\n${shortened}\n${closing}`)
  let isWhole = true
  for (const message of [...messages].reverse()) {
    const entry = entryOf(message)
    if (entry === null) continue
    const size = Buffer.byteLength(entry) + 1
    if (size > left) {
      isWhole = false
      if (entries.length === 0) entries.unshift(lastOf(message, left))
      break
    }
    left -= size
    entries.unshift(entry)
  }
  if (entries.length === 0) return null
  return [opening, note, ...(isWhole ? [] : [shortened]), ...entries, closing].join('\n')
}

export function isTranscript(text: string): boolean {
  return text.startsWith(`${opening}\n`)
}

/** The texts of the person in a transcript, oldest first. */
export function userTextsOf(transcript: string): string[] {
  return [...transcript.matchAll(/^<user>\n([\s\S]*?)\n<\/user>$/gm)].map((match) => match[1] ?? '')
}

function entryOf({ role, author, parts }: Message): string | null {
  const text = parts.map(partText).filter(Boolean).join('\n').trim()
  if (text === '') return null
  const by = role === 'assistant' && author ? `(${author}) ` : ''
  return wrap(role, by + text)
}

/** The newest message alone is too long: its end. */
function lastOf(message: Message, bytes: number): string {
  const text = message.parts.map(partText).filter(Boolean).join('\n')
  const kept = Buffer.from(text)
    .subarray(-Math.max(0, bytes - 64))
    .toString('utf8')
  return wrap(message.role, `…${kept.replace(/^�+/, '')}`)
}

function wrap(role: string, text: string): string {
  return `<${role}>\n${text.replace(/<(\/?)(user|assistant|system|earlier-conversation)>/g, '‹$1$2›')}\n</${role}>`
}

function partText(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'tool': {
      const paths = part.content.flatMap((block) => (block.type === 'diff' ? [block.path] : []))
      return `[tool: ${part.title}, ${part.status}${paths.length > 0 ? `, edited ${paths.join(', ')}` : ''}]`
    }
    case 'permission': {
      const { title, state, options, optionId } = part.permission
      const chosen = options.find((option) => option.optionId === optionId)
      return `[asked for permission: ${title}; ${chosen ? chosen.name : state}]`
    }
    case 'question': {
      const { message, answer } = part.question
      const words = answer?.action === 'accept' ? JSON.stringify(answer.content) : (answer?.action ?? 'no answer')
      return `[asked: ${message}; answer: ${words}]`
    }
    case 'file':
      return `[file: ${part.name}]`
    case 'notice':
      return `[${part.level}: ${part.text}]`
    default:
      return ''
  }
}
