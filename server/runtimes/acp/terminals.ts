/**
 * Terminals that an agent runs itself and reports beside its tool calls: codex and Claude Code name them in the
 * content and send their output in `_meta.terminal_output`, whether or not the client said that it has terminals.
 */
import type { ToolCallContent } from '@agentclientprotocol/sdk'
import { maxTerminalCharacters, maxTerminals } from '../limits.ts'

export class Terminals {
  private readonly output = new Map<string, string>()
  /** Content of the tool calls that show a terminal: an update with output alone shows it again. */
  private readonly contents = new Map<string, readonly ToolCallContent[]>()
  private changed = false

  read(meta: Readonly<Record<string, unknown>> | null | undefined): void {
    const report = meta?.terminal_output
    this.changed = false
    if (typeof report !== 'object' || report === null) return
    const { terminal_id: id, data } = report as { terminal_id?: unknown; data?: unknown }
    if (typeof id !== 'string' || typeof data !== 'string') return
    putNewest(this.output, id, ((this.output.get(id) ?? '') + data).slice(-maxTerminalCharacters))
    this.changed = true
  }

  text(terminalId: string): string | undefined {
    return this.output.get(terminalId)
  }

  remember(toolCallId: string, content: readonly ToolCallContent[]): void {
    if (content.some((block) => block.type === 'terminal')) putNewest(this.contents, toolCallId, content)
  }

  /** Undefined unless its terminal has just said something. */
  contentOf(toolCallId: string): readonly ToolCallContent[] | undefined {
    return this.changed ? this.contents.get(toolCallId) : undefined
  }
}

/** What was put longest ago goes when there are too many. */
function putNewest<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > maxTerminals && oldest !== undefined) map.delete(oldest)
}
