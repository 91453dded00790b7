/**
 * Reads `session/update`: what is said in a turn, and what the agent says of itself. Holds what one update needs of
 * those before it: the tool calls known, terminals, compactions, and the ids of earlier turns, by which late output is
 * told from new.
 */
import type { ContentChunk, SessionUpdate, ToolCall, ToolCallUpdate } from '@agentclientprotocol/sdk'
import type { RuntimeStateUpdate, RuntimeUpdate, ToolCallFields } from '../../../shared/events.ts'
import { maxChunkCharacters } from '../limits.ts'
import type { TitleUpdate } from '../runtime.ts'
import { boundedRaw, pieces, textOfBlock, toolContent, withFullerDiffs } from './content.ts'
import { runtimeOptions } from './options.ts'
import { isEmpty, merged } from './raw-input.ts'
import { RecentIds } from './recent-ids.ts'
import { Terminals } from './terminals.ts'

export type SaidOfItself = RuntimeStateUpdate | TitleUpdate
export interface Reading {
  /** For the turn that runs. */
  readonly said: readonly Exclude<RuntimeUpdate, RuntimeStateUpdate>[]
  /** True in and out of turns. */
  readonly state: readonly SaidOfItself[]
}

type Chunked = 'agent_message_chunk' | 'agent_thought_chunk'
const nothing: Reading = { said: [], state: [] }

export class UpdateReader {
  private readonly tools = new Map<string, ToolCallFields>()
  private readonly terminals = new Terminals()
  private readonly summaries = new Map<string, string>()
  private readonly earlier = new RecentIds()
  private readonly current = new Set<string>()
  private lastChunk: { kind: Chunked; messageId: string | null } | null = null

  read(update: SessionUpdate): Reading {
    if (update.sessionUpdate !== 'agent_message_chunk' && update.sessionUpdate !== 'agent_thought_chunk') {
      const reading = this.readOther(update)
      if (reading.said.length > 0) this.lastChunk = null
      return reading
    }
    return { said: this.readChunk(update.sessionUpdate, update), state: [] }
  }

  /**
   * The tool call of a permission request: gemini and qwen have told of none before it. Of one that is known the request
   * tells what it asks for, which may be another thing (opencode: a folder, before the command that needs it): the call
   * stays what it was.
   */
  upsert(toolCall: ToolCallUpdate): ToolCallFields {
    const before = this.tools.get(toolCall.toolCallId)
    const { type: _, ...fields } = this.toolCall('tool_call_update', toolCall)
    if (!before) return fields
    const known: Partial<ToolCallFields> = {}
    if (before.kind !== undefined && before.kind !== 'other') known.kind = before.kind
    if (before.locations && before.locations.length > 0) known.locations = before.locations
    if (!isEmpty(before.rawInput)) known.rawInput = before.rawInput
    this.tools.set(toolCall.toolCallId, { ...before, ...fields, ...known })
    if ('rawInput' in known) known.rawInput = boundedRaw(merged(toolCall.rawInput, known.rawInput))
    return { ...fields, ...known }
  }

  tool(toolCallId: string): ToolCallFields | undefined {
    return this.tools.get(toolCallId)
  }

  /**
   * The next turn begins afresh. `lateExpected`: the agent may still speak of what it has spoken of until now (a
   * cancelled turn, a replayed history). Only then are its ids remembered: some agents use theirs again.
   */
  endTurn(lateExpected: boolean): void {
    if (lateExpected) for (const id of this.current) this.earlier.add(id)
    this.current.clear()
    this.tools.clear()
    this.lastChunk = null
  }

  private readOther(update: Exclude<SessionUpdate, { sessionUpdate: Chunked }>): Reading {
    switch (update.sessionUpdate) {
      case 'tool_call':
        return say(this.toolCall('tool_call', update))
      case 'tool_call_update':
        return this.isLate(`tool ${update.toolCallId}`) ? nothing : say(this.toolCall('tool_call_update', update))
      case 'plan':
        return say({ type: 'plan', entries: update.entries.map(withoutMeta) })
      case 'notice': {
        const text = update.description ?? update.title
        return say({ type: 'notice', level: levelOf(update.severity), title: update.title, text })
      }
      case 'compaction_summary_chunk':
        this.summaries.set(
          update.compactionId,
          (this.summaries.get(update.compactionId) ?? '') + textOfBlock(update.content),
        )
        return nothing
      case 'compaction_update': {
        const told = update.summary?.map(textOfBlock).join('') ?? this.summaries.get(update.compactionId)
        this.summaries.delete(update.compactionId)
        const text = update.error ?? told
        return say({ type: 'compaction_update', status: update.status, ...(text ? { text } : {}) })
      }
      default:
        return readState(update)
    }
  }

  private readChunk(kind: Chunked, { content, messageId = null }: ContentChunk): Reading['said'] {
    if (messageId !== null && this.isLate(`message ${messageId}`)) return []
    const text = textOfBlock(content)
    if (text === '') return []
    const { lastChunk } = this
    this.lastChunk = { kind, messageId }
    // Two messages of one turn are one text of ours: without this their words would stick together.
    const isNext = lastChunk?.kind === kind && lastChunk.messageId !== messageId
    return [...pieces(isNext ? `\n\n${text}` : text, maxChunkCharacters)].map((piece) => ({ type: kind, text: piece }))
  }

  private toolCall<T extends 'tool_call' | 'tool_call_update'>(type: T, call: ToolCall | ToolCallUpdate) {
    this.terminals.read(call._meta)
    const { toolCallId, content, locations, rawInput, rawOutput } = call
    this.current.add(`tool ${toolCallId}`)
    const fields: ToolCallFields = { toolCallId }
    if (call.title != null) fields.title = call.title
    if (call.kind != null) fields.kind = call.kind
    if (call.status != null) fields.status = call.status
    const blocks = content ?? this.terminals.contentOf(toolCallId)
    if (blocks) {
      this.terminals.remember(toolCallId, blocks)
      const told = toolContent(blocks, (terminalId) => this.terminals.text(terminalId))
      fields.content = withFullerDiffs(told, this.tools.get(toolCallId)?.content ?? [])
    }
    if (locations != null) fields.locations = locations.map(({ path, line = null }) => ({ path, line }))
    if (rawInput !== undefined) fields.rawInput = boundedRaw(rawInput)
    if (rawOutput !== undefined) fields.rawOutput = boundedRaw(rawOutput)
    const whole = { ...fields, ...(rawInput === undefined ? {} : { rawInput }) }
    this.tools.set(toolCallId, { ...this.tools.get(toolCallId), ...whole })
    return { type, ...fields }
  }

  private isLate(id: string): boolean {
    if (this.earlier.has(id)) return true
    this.current.add(id)
    return false
  }
}

function readState(update: SessionUpdate): Reading {
  switch (update.sessionUpdate) {
    case 'usage_update': {
      const { used, size, cost } = update
      return sayOfItself({
        type: 'usage_update',
        usage: { contextUsed: used, contextSize: size, ...(cost ? { cost: withoutMeta(cost) } : {}) },
      })
    }
    case 'current_mode_update':
      return sayOfItself({ type: 'current_mode_update', currentModeId: update.currentModeId })
    case 'config_option_update':
      return sayOfItself({ type: 'config_option_update', configOptions: runtimeOptions(update.configOptions) })
    case 'available_commands_update':
      return sayOfItself({
        type: 'available_commands_update',
        availableCommands: update.availableCommands.map(({ name, description, input }) => ({
          name,
          description,
          ...(input?.hint ? { hint: input.hint } : {}),
        })),
      })
    case 'session_info_update':
      return update.title ? sayOfItself({ type: 'title', title: update.title }) : nothing
    default:
      // `user_message_chunk` echoes the prompt: our log is the truth of it.
      return nothing
  }
}

function say(update: Reading['said'][number]): Reading {
  return { said: [update], state: [] }
}

function sayOfItself(update: SaidOfItself): Reading {
  return { said: [], state: [update] }
}

function withoutMeta<T extends object>(value: T): Omit<T, '_meta'> {
  const { _meta, ...rest } = value as T & { _meta?: unknown }
  return rest as Omit<T, '_meta'>
}

function levelOf(severity: string): 'info' | 'warning' | 'error' {
  return severity === 'warning' || severity === 'error' ? severity : 'info'
}
