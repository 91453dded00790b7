/**
 * The raw input of a request beside its card: what the card does not show in its own way stands open, all of it is
 * folded below. What is left out of the first is known by its value, never by its name alone: an agent that shows one
 * edit and asks for another is seen.
 */
import type { Permission } from '../../../../shared/model.ts'
import type { Edit } from './diff.ts'

/** What the raw request says beyond what the card shows, as JSON; null if nothing. */
export function furtherInput({ subject }: Permission): string | null {
  const { rawInput, diff, directories = [] } = subject
  if (rawInput === undefined || rawInput === null) return null
  if (typeof rawInput !== 'object' || Array.isArray(rawInput)) return json(rawInput)
  const shown = new Set<unknown>([subject.cwd, diff ? diff.path : subject.path, ...directories])
  if (ownWords(subject) !== null) shown.add(ownWords(subject))
  const isShown = ([name, value]: [string, unknown]) =>
    commandNames.has(name) ||
    shown.has(value) ||
    (name === 'directories' && directories.length > 0) ||
    (name === 'patterns' && arePatternsOf(value, directories)) ||
    (diff !== undefined && editNames.has(name) && isSaidBy(value, diff))
  const rest = Object.entries(rawInput).filter((entry) => !isShown(entry))
  return rest.length > 0 ? json(Object.fromEntries(rest)) : null
}

/** What the agent says that its command is for; null if nothing, or more than a line. */
export function ownWords({ command, rawInput }: Permission['subject']): string | null {
  const words =
    command === undefined ? undefined : (rawInput as { description?: unknown } | null | undefined)?.description
  return typeof words === 'string' && /^[^\n]{1,200}$/.test(words) ? words : null
}

/** All of it, where more was left out of `furtherInput` than a command and its folder; else null. */
export function wholeInput({ subject: { rawInput, diff, directories } }: Permission): string | null {
  if (typeof rawInput !== 'object' || rawInput === null) return null
  return diff || directories ? json(rawInput) : null
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

const commandNames = new Set(['command', 'cmd', 'args'])
const editNames = new Set([
  ...['old_string', 'oldString', 'old_str', 'oldText', 'new_string', 'newString', 'new_str', 'newText'],
  ...['content', 'diff', 'patch', 'unified_diff'],
])

function arePatternsOf(value: unknown, directories: readonly string[]): boolean {
  return Array.isArray(value) && value.every((pattern) => directories.some((folder) => pattern === `${folder}/*`))
}

function isSaidBy(value: unknown, edit: Edit): boolean {
  if (typeof value !== 'string') return false
  return edit.newText.includes(value) || (edit.oldText ?? '').includes(value) || isPatchOf(value, edit)
}

/** A unified diff of which every line is in the texts on its side. */
function isPatchOf(patch: string, { oldText, newText }: Edit): boolean {
  const lines = patch.replace(/\n$/, '').split('\n')
  const start = lines.findIndex((line) => line.startsWith('@@'))
  const [before, after] = [linesOf(oldText ?? ''), linesOf(newText)]
  const isThere = (line: string) => {
    const text = line.slice(1)
    if (line.startsWith('+')) return after.has(text)
    if (line.startsWith('-')) return before.has(text)
    if (line.startsWith(' ')) return before.has(text) && after.has(text)
    return line.startsWith('@@') || line.startsWith('\\')
  }
  return start >= 0 && lines.slice(start).every(isThere)
}

function linesOf(text: string): Set<string> {
  return new Set(text.split('\n'))
}
