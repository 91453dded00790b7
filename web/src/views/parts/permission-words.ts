/** An approval in words: who wants what, and what became of it. */
import type { Permission } from '../../../../shared/model.ts'
import { oneLine } from '../../../../shared/text.ts'
import { commandOf, relativePath } from './tool-words.ts'

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

/** `Codex wants to run a command`; with a colon where what it names is shown below: `… a folder outside its own:` */
export function requestWords(permission: Permission, actor: string): string {
  if (asksForFolders(permission)) {
    const [, ...more] = permission.subject.directories ?? []
    return `${actor} wants to use ${more.length > 0 ? 'folders' : 'a folder'} outside its own:`
  }
  const kind = wants[permission.kind] ?? (commandToShow(permission) ? 'run a command' : null)
  return kind ? `${actor} wants to ${kind}` : `${actor} asks: ${oneLine(permission.title)}`
}

/** Some agents ask for the folder first, and only then for what they need it for. */
export function asksForFolders({ kind, subject }: Permission): boolean {
  return wants[kind] === undefined && (subject.directories ?? []).length > 0
}

/** What folders are asked for: `for this command:`, and the command. Null where they stand for themselves. */
export function folderReason(permission: Permission): { words: string; text: string } | null {
  if (!asksForFolders(permission)) return null
  const { path, directories } = permission.subject
  const command = commandToShow(permission)
  if (command !== null) return { words: 'for this command:', text: command }
  return path === undefined || directories?.includes(path) ? null : { words: 'for this file:', text: path }
}

/** The whole command with its arguments, as the server built it from the request. */
export function commandToShow({ subject }: Permission): string | null {
  if (subject.command !== undefined) return [subject.command, ...(subject.args ?? [])].join(' ')
  return commandOf(subject.rawInput)
}

/** What is asked for in one text, whole: for a row. Null where only the card can show it. `cwd`: paths are told from it. */
export function subjectText(permission: Permission, cwd: string): string | null {
  const { diff, path, directories = [] } = permission.subject
  if (asksForFolders(permission)) return directories.join('\n')
  const command = commandToShow(permission)
  if (command !== null) return command
  const place = path ?? diff?.path
  if (place !== undefined) return relativePath(place, cwd)
  return permission.title.trim() ? permission.title : null
}

/** The same with its path in full, for who wants to know exactly. */
export function exactSubject(permission: Permission): string | null {
  return subjectText(permission, '')
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
