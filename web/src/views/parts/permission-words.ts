/** An approval in words: who wants what, and what became of it. */
import type { Permission } from '../../../../shared/model.ts'
import { oneLine } from '../../../../shared/text.ts'
import { commandOf } from './tool-words.ts'

const wants: Record<string, string> = {
  execute: 'run a command',
  edit: 'change a file',
  delete: 'delete a file',
  move: 'move a file',
  read: 'read a file',
  search: 'search',
  fetch: 'fetch from the network',
  switch_mode: 'change its mode',
}

/** `Codex wants to run a command` */
export function requestWords(permission: Permission, actor: string): string {
  const kind = wants[permission.kind] ?? (commandToShow(permission) ? 'run a command' : null)
  return kind ? `${actor} wants to ${kind}` : `${actor} asks: ${oneLine(permission.title)}`
}

/** The whole command with its arguments, as the server built it from the request. */
export function commandToShow({ subject }: Permission): string | null {
  if (subject.command !== undefined) return [subject.command, ...(subject.args ?? [])].join(' ')
  return commandOf(subject.rawInput)
}

/** What is asked for in one text, whole: for a row. Null where only the card can show it. */
export function subjectText(permission: Permission): string | null {
  const command = commandToShow(permission)
  if (command !== null) return command
  const { diff, path } = permission.subject
  if (path !== undefined || diff) return path ?? diff?.path ?? null
  return permission.title.trim() ? permission.title : null
}

/** What the raw request says beyond command and folder: shown whole, as JSON. */
export function furtherInput({ subject }: Permission): string | null {
  const { rawInput } = subject
  if (rawInput === undefined || rawInput === null) return null
  if (typeof rawInput !== 'object' || Array.isArray(rawInput)) return JSON.stringify(rawInput, null, 2)
  const shown = new Set(['command', 'cmd', 'args', 'cwd', 'path', 'file_path', 'filePath'])
  const covered = subject.diff
    ? new Set([...shown, 'content', 'newText', 'oldText', 'new_string', 'old_string'])
    : shown
  const rest = Object.entries(rawInput).filter(([name]) => !covered.has(name))
  return rest.length > 0 ? JSON.stringify(Object.fromEntries(rest), null, 2) : null
}

/** `Allowed once by you`, `Rejected by phone`, `Expired: the turn ended before an answer.` */
export function outcomeWords(permission: Permission): string {
  if (permission.state === 'expired') return expiredWords(permission)
  const option = permission.options.find((candidate) => candidate.optionId === permission.optionId)
  const verb =
    option === undefined
      ? 'Answered'
      : { allow_once: 'Allowed once', allow_always: 'Allowed', reject_once: 'Rejected', reject_always: 'Rejected' }[
          option.kind
        ]
  const rule = option?.kind.endsWith('_always') ? ` (${oneLine(option.name)})` : ''
  const by = permission.resolvedBy ? ` by ${permission.resolvedBy}` : ''
  const reason = permission.reason ? `: ${permission.reason}` : ''
  return `${verb}${rule}${by}${reason}`
}

function expiredWords({ reason, resolvedBy }: Permission): string {
  // Decided, but the agent was gone before it could be told.
  if (resolvedBy !== null) return reason ?? 'Allowed, but nothing was run.'
  return `Not answered, nothing was run. ${reason ?? ''}`.trim()
}
