/** What an agent asks permission for, whole: the subject that is shown, digested and decided upon. */
import type { RequestPermissionRequest, ToolCallUpdate } from '@agentclientprotocol/sdk'
import type { ToolCallFields } from '../../../shared/events.ts'
import type { PermissionOption, PermissionSubject } from '../../../shared/model.ts'
import type { PermissionRequest } from '../runtime.ts'
import { isEmpty, isRecord, isTexts, merged } from './raw-input.ts'

/** `known`: the tool call as it was told before; `told`: what the request itself tells of it, bounded for an event. */
export function permissionRequest(
  { toolCall, options }: RequestPermissionRequest,
  known: ToolCallFields,
  told: ToolCallFields,
): PermissionRequest {
  return {
    toolCall: told,
    title: toolCall.title ?? known.title ?? 'Permission',
    kind: toolCall.kind ?? known.kind ?? 'other',
    subject: subjectOf(toolCall, known),
    options: offered(options),
  }
}

/** What an agent would remember cannot be listed nor revoked here: it is asked each time, unless it offers no less. */
function offered(options: RequestPermissionRequest['options']): PermissionOption[] {
  const once = options.filter(({ kind }) => kind === 'allow_once' || kind === 'reject_once')
  const missing = (['allow', 'reject'] as const).filter((verb) => !once.some(({ kind }) => kind === `${verb}_once`))
  const rest = options.filter(({ kind }) => missing.some((verb) => kind === `${verb}_always`))
  return [...once, ...rest].map(({ optionId, name, kind }) => ({ optionId, name, kind }))
}

function subjectOf(toolCall: ToolCallUpdate, known: ToolCallFields): PermissionSubject {
  // The request may say less than the call before it: opencode leaves out the folder.
  const raw = merged(known.rawInput, toolCall.rawInput)
  const input = isRecord(raw) ? raw : {}
  const diffs = (toolCall.content ?? []).filter((block) => block.type === 'diff')
  const subject: PermissionSubject = { ...commandOf(input) }
  const cwd = firstText(input, ['cwd', 'workdir', 'directory'])
  if (cwd !== undefined) subject.cwd = cwd
  const path = firstText(input, ['file_path', 'filePath', 'filepath', 'abs_path', 'path']) ?? onlyPath(toolCall, known)
  if (path !== undefined) subject.path = path
  const directories = directoriesOf(toolCall.rawInput)
  if (directories.length > 0) subject.directories = directories
  const [diff] = diffs
  if (diff) subject.diff = { path: diff.path, oldText: diff.oldText ?? null, newText: diff.newText }
  // Some agents (gemini) put what they ask for into title and content alone: then these are what is decided upon.
  if (!isEmpty(raw) && diffs.length <= 1) subject.rawInput = raw
  else subject.rawInput = { ...(isEmpty(raw) ? {} : { input: raw }), title: toolCall.title, content: toolCall.content }
  return subject
}

/** opencode asks for folders outside its own before it asks for what it needs them for. */
function directoriesOf(asked: unknown): string[] {
  if (!isRecord(asked)) return []
  const { directories, parentDir } = asked
  if (isTexts(directories)) return directories
  return typeof parentDir === 'string' && parentDir !== '' ? [parentDir] : []
}

function commandOf(input: Record<string, unknown>): Pick<PermissionSubject, 'command' | 'args'> {
  const { command, cmd, args } = input
  const line = command ?? cmd
  if (typeof line === 'string') return { command: line, ...(isTexts(args) ? { args } : {}) }
  if (isTexts(line) && line.length > 0) return { command: line[0] as string, args: line.slice(1) }
  return {}
}

function onlyPath(toolCall: ToolCallUpdate, known: ToolCallFields): string | undefined {
  const locations = toolCall.locations ?? known.locations ?? []
  return locations.length === 1 ? locations[0]?.path : undefined
}

function firstText(input: Record<string, unknown>, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => typeof input[candidate] === 'string' && input[candidate] !== '')
  return name === undefined ? undefined : (input[name] as string)
}
