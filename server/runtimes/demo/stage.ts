/** What an act of the demo agent can do in a turn: speak, use tools, ask, pause. Every pause ends with a cancel. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type AgentContext, methods, type PlanEntry, type SessionUpdate, type ToolKind } from '@agentclientprotocol/sdk'
import type { DemoHost, DemoSession } from './session.ts'

export class Cancelled extends Error {}

export class Stage {
  readonly session: DemoSession
  readonly host: DemoHost
  readonly signal: AbortSignal
  /** As Heddle told it with the prompt; the agent's own count where nothing was told. */
  readonly turnId: string
  /** It speaks on so long after a cancel. */
  lateMs = 0
  private readonly client: AgentContext
  private readonly messageId = randomUUID()
  private lastText = ''

  constructor(session: DemoSession, host: DemoHost, client: AgentContext, signal: AbortSignal, turnId: string) {
    this.session = session
    this.host = host
    this.client = client
    this.signal = signal
    this.turnId = turnId
  }

  /** One chunk, as it is. */
  async chunk(text: string): Promise<void> {
    this.lastText = text
    this.session.characters += text.length
    await this.update({ sessionUpdate: 'agent_message_chunk', messageId: this.messageId, content: textBlock(text) })
  }

  /** Word by word, as a paragraph of its own. */
  async say(text: string, wordsPerSecond = 100): Promise<void> {
    const gap = this.lastText === '' || this.lastText.endsWith('\n') ? '' : '\n\n'
    await this.paced(words(gap + text), wordsPerSecond, (word) => this.chunk(word))
  }

  async think(text: string, wordsPerSecond = 100): Promise<void> {
    this.lastText = ''
    await this.paced(words(text), wordsPerSecond, (word) =>
      this.update({ sessionUpdate: 'agent_thought_chunk', messageId: `${this.messageId}-t`, content: textBlock(word) }),
    )
  }

  /** One call of `each` per item, so many a second without drift; 0: as fast as it can. */
  async paced<T>(items: Iterable<T>, perSecond: number, each: (item: T) => Promise<void>): Promise<void> {
    const startedAt = performance.now()
    let index = 0
    for (const item of items) {
      const dueInMs = perSecond > 0 ? startedAt + (index * 1000) / perSecond - performance.now() : 0
      if (dueInMs > 0) await this.pause(dueInMs)
      else this.mayGoOn()
      await each(item)
      index++
    }
  }

  /** `fast` sessions do not wait. */
  async breathe(ms: number): Promise<void> {
    await this.pause(this.session.pace === 'fast' ? 0 : ms)
  }

  async pause(ms: number): Promise<void> {
    this.mayGoOn()
    await delay(ms, undefined, { signal: this.signal }).catch(() => this.mayGoOn())
  }

  async plan(contents: readonly string[], done: number): Promise<void> {
    const status = (index: number): PlanEntry['status'] =>
      index < done ? 'completed' : index === done ? 'in_progress' : 'pending'
    const entries = contents.map((content, index) => ({ content, priority: 'medium' as const, status: status(index) }))
    await this.update({ sessionUpdate: 'plan', entries })
  }

  async tool(title: string, kind: ToolKind, ms: number, output: string): Promise<void> {
    const toolCallId = randomUUID()
    await this.update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title,
      kind,
      status: 'in_progress',
      rawInput: { title },
    })
    await this.pause(ms)
    const content = [{ type: 'content' as const, content: textBlock(output) }]
    await this.update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', content })
  }

  async diff(path: string, oldText: string, newText: string): Promise<void> {
    const content = [{ type: 'diff' as const, path, oldText, newText }]
    const call = { toolCallId: randomUUID(), title: `Edit ${path}`, kind: 'edit' as const, locations: [{ path }] }
    await this.update({ sessionUpdate: 'tool_call', ...call, status: 'completed', content, rawInput: { path } })
  }

  /** A tool call that needs permission. Nothing is run: the demo only says so. */
  async ask(command: string): Promise<{ allowed: boolean; reason: string | null }> {
    const call = { toolCallId: randomUUID(), title: command, kind: 'execute' as const }
    const rawInput = { command, cwd: this.session.cwd }
    await this.update({ sessionUpdate: 'tool_call', ...call, status: 'pending', rawInput })
    const decision = this.session.mode === 'trust' ? { allowed: true, reason: null } : await this.decide(call, rawInput)
    const output = `${decision.allowed ? 'ran' : 'rejected'}: ${command}`
    const content = [{ type: 'content' as const, content: textBlock(output) }]
    const status = decision.allowed ? 'completed' : 'failed'
    await this.update({ sessionUpdate: 'tool_call_update', toolCallId: call.toolCallId, status, content })
    return decision
  }

  /** Null: declined. */
  async question(message: string, choices: readonly string[]): Promise<string | null> {
    this.lastText = ''
    const field = { type: 'string' as const, title: 'Answer', ...(choices.length > 0 ? { enum: [...choices] } : {}) }
    const response = await this.client.request(methods.client.elicitation.create, {
      sessionId: this.session.id,
      mode: 'form',
      message,
      requestedSchema: { type: 'object', properties: { answer: field }, required: ['answer'] },
    })
    this.mayGoOn()
    const { action, content } = response as { action: string; content?: { answer?: unknown } }
    return action === 'accept' ? String(content?.answer ?? '') : null
  }

  async update(update: SessionUpdate): Promise<void> {
    if (update.sessionUpdate === 'tool_call') this.lastText = ''
    await this.client.notify(methods.client.session.update, { sessionId: this.session.id, update })
  }

  async notify(method: string, params: object): Promise<void> {
    await this.client.notify(method, params)
  }

  mayGoOn(): void {
    if (this.signal.aborted) throw new Cancelled()
  }

  private async decide(call: { toolCallId: string; title: string; kind: ToolKind }, rawInput: object) {
    const { outcome, _meta } = await this.client.request(methods.client.session.requestPermission, {
      sessionId: this.session.id,
      toolCall: { ...call, rawInput },
      options: [
        { optionId: 'allow', name: 'Allow', kind: 'allow_once' },
        { optionId: 'reject', name: 'Reject', kind: 'reject_once' },
      ],
    })
    if (outcome.outcome === 'cancelled') throw new Cancelled()
    const reason = typeof _meta?.reason === 'string' ? _meta.reason : null
    return { allowed: outcome.optionId === 'allow', reason }
  }
}

function textBlock(text: string) {
  return { type: 'text' as const, text }
}

/** Words with the space that follows them: joined they are the text. */
function words(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? []
}
