/** The one line of a tool call in words: what it does, to what. From ACP's structured fields where an agent fills them. */
import type { ToolPart } from '../../../../shared/model.ts'
import { oneLine } from '../../../../shared/text.ts'
import type { IconName } from '../../dom/icons.ts'

export interface ToolWords {
  readonly icon: IconName
  /** `Running`, `Read`, or the agent's own title. */
  readonly text: string
  /** A command, path or pattern: monospace. */
  readonly object: string | null
}

const icons: Record<string, IconName> = {
  read: 'eye',
  edit: 'pencil',
  delete: 'trash',
  move: 'corner-down-right',
  search: 'search',
  execute: 'terminal',
  think: 'brain',
  fetch: 'globe',
}

/** Before, while and after. */
const verbs: Record<string, readonly [string, string]> = {
  read: ['Reading', 'Read'],
  edit: ['Editing', 'Edited'],
  delete: ['Deleting', 'Deleted'],
  move: ['Moving', 'Moved'],
  search: ['Searching', 'Searched'],
  execute: ['Running', 'Ran'],
  fetch: ['Fetching', 'Fetched'],
}

export function toolWords(tool: ToolPart, cwd: string): ToolWords {
  const glyph = icons[tool.kind] ?? 'wrench'
  const verb = verbs[tool.kind]?.[tool.endedAt === null ? 0 : 1]
  const object = objectOf(tool, cwd)
  if (verb === undefined || object === null) return { icon: glyph, text: plainTitle(tool.title), object: null }
  return { icon: glyph, text: verb, object: oneLine(object) }
}

/** Titles come as Markdown in a line: the marks of code are dropped. */
export function plainTitle(title: string): string {
  return oneLine(title.replaceAll('`', ''))
}

export function commandOf(rawInput: unknown): string | null {
  const command = fieldOf(rawInput, 'command') ?? fieldOf(rawInput, 'cmd')
  if (typeof command === 'string' && command.trim()) return command
  if (Array.isArray(command) && command.every((word) => typeof word === 'string')) return command.join(' ')
  return null
}

/** Below the folder that the agent works in: without it. */
export function relativePath(path: string, cwd: string): string {
  if (cwd && path.startsWith(cwd.endsWith('/') ? cwd : `${cwd}/`)) return path.slice(cwd.length).replace(/^\//, '')
  return path
}

function objectOf(tool: ToolPart, cwd: string): string | null {
  if (tool.kind === 'execute') return commandOf(tool.rawInput)
  if (tool.kind === 'search') return textField(tool.rawInput, ['pattern', 'query', 'regex', 'glob'])
  if (tool.kind === 'fetch') return textField(tool.rawInput, ['url', 'uri'])
  const diff = tool.content.find((content) => content.type === 'diff')
  const path =
    diff?.path ?? tool.locations[0]?.path ?? textField(tool.rawInput, ['path', 'file_path', 'filePath', 'abs_path'])
  return path ? relativePath(path, cwd) : null
}

function textField(rawInput: unknown, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fieldOf(rawInput, name)
    if (typeof value === 'string' && value.trim()) return value
  }
  return null
}

function fieldOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined
}

/** Looking around changes nothing, so a row of it is one line: `Read 4 files, searched importRow`. */
export function isLookingAround(tool: ToolPart): boolean {
  return (tool.kind === 'read' || tool.kind === 'search') && !tool.content.some((content) => content.type === 'diff')
}

export function groupWords(tools: readonly ToolPart[], cwd: string): ToolWords {
  const running = tools.findLast((tool) => tool.endedAt === null)
  if (running) return toolWords(running, cwd)
  const reads = tools.filter((tool) => tool.kind === 'read')
  const searches = tools.filter((tool) => tool.kind === 'search')
  const failed = tools.filter((tool) => tool.status === 'failed').length
  const parts: string[] = []
  if (reads.length > 0) parts.push(reads.length === 1 ? 'read 1 file' : `read ${reads.length} files`)
  if (searches.length > 1) parts.push(`searched ${searches.length} times`)
  if (searches.length === 1) parts.push('searched')
  const pattern = searches.length === 1 && failed === 0 ? objectOf(searches[0] as ToolPart, cwd) : null
  const text = parts.join(', ') + (failed > 0 ? `, ${failed} failed` : '')
  return {
    icon: reads.length > 0 ? 'eye' : 'search',
    text: text.charAt(0).toUpperCase() + text.slice(1),
    object: pattern === null ? null : oneLine(pattern),
  }
}
