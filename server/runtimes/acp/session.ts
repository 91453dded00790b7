/**
 * A chat's runtime session on an ACP agent: one process, one session of the agent's, one turn at a time.
 *
 *   open ─► idle ⇄ in a turn ─► closed (by us) | died
 *
 * Content outside a turn is late output or a replayed history and goes nowhere: the log is the truth.
 */
import { setTimeout as delay, setImmediate as drained } from 'node:timers/promises'
import { methods, type PromptResponse, type SessionNotification } from '@agentclientprotocol/sdk'
import type { Capabilities } from '../../../shared/model.ts'
import { runtimeError, wordsOf } from '../failure.ts'
import { quietMs, quietPatienceMs } from '../limits.ts'
import type { OpenRequest, PromptTurn, RuntimeEnd, RuntimeSession, TurnResult, TurnSink } from '../runtime.ts'
import type { Transport } from '../transport.ts'
import { type Connection, connect, type Listener, type SessionReplaced } from './connection.ts'
import { promptBlocks } from './prompt.ts'
import { writeToken } from './resume-token.ts'
import { Settings } from './settings.ts'
import { Turn, turnResult } from './turn.ts'
import { type SaidOfItself, UpdateReader } from './updates.ts'

export class AcpSession implements RuntimeSession {
  readonly closed: Promise<RuntimeEnd>
  readonly connection: Connection
  readonly settings: Settings
  origin: RuntimeSession['origin'] = 'new'
  can: Capabilities = { approve: true, question: true, resume: false, steer: false, images: false }
  /** Texts that the next prompt begins with. */
  tellFirst: string[] = []
  /** Late output may still come: a cancelled turn's, or the rest of a replay. */
  lateExpected = false
  private readonly transport: Transport
  private readonly request: OpenRequest
  private readonly reader = new UpdateReader()
  private ids: string[] = []
  private createdAt = 0
  private turn: Turn | null = null
  private isBusy = false
  /** The last fact of each type. */
  private readonly told = new Map<string, string>()
  private lastHeardAt = 0
  private closing = false

  constructor(transport: Transport, request: OpenRequest, name: string, loginHint?: string) {
    this.transport = transport
    this.request = request
    this.connection = connect(transport, name, this.listener(), loginHint)
    this.settings = new Settings(
      this.connection,
      () => this.runtimeSessionId,
      (fact) => this.tell(fact),
    )
    this.closed = this.connection.closed.then(() => this.ended())
  }

  get runtimeSessionId(): string {
    return this.ids.at(-1) ?? ''
  }

  get resumeToken(): string | null {
    if (!this.can.resume || this.ids.length === 0) return null
    return writeToken({ sessionId: this.runtimeSessionId, createdAt: this.createdAt })
  }

  get model(): string | null {
    return this.settings.model ?? this.request.model
  }

  identify(sessionId: string, createdAt: number): void {
    this.ids = [sessionId]
    this.createdAt = createdAt
  }

  async prompt(turn: PromptTurn, sink: TurnSink, signal: AbortSignal): Promise<TurnResult> {
    if (this.isBusy) throw runtimeError('protocol', 'A turn is already running on this runtime session.')
    this.isBusy = true
    try {
      await this.awaitQuiet()
      if (signal.aborted) return { stopReason: 'cancelled', usage: null }
      return await this.takeTurn(turn, sink, signal)
    } finally {
      this.isBusy = false
    }
  }

  setModel(model: string): Promise<void> {
    return this.settings.setModel(model)
  }

  setOption(id: string, value: string): Promise<void> {
    return this.settings.setOption(id, value)
  }

  setMode(modeId: string): Promise<void> {
    return this.settings.setMode(modeId)
  }

  async close(): Promise<void> {
    this.closing = true
    await this.transport.close()
    this.connection.close()
    await this.closed
  }

  /** From here what the agent says belongs to this turn. */
  private async takeTurn(turn: PromptTurn, sink: TurnSink, signal: AbortSignal): Promise<TurnResult> {
    const garbageBefore = this.connection.garbageLines()
    const current = new Turn(sink, this.reader, signal)
    const cancel = () => this.connection.notify(methods.agent.session.cancel, { sessionId: this.runtimeSessionId })
    this.turn = current
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const result = await this.exchange(turn, signal)
      reportGarbage(current, this.connection.garbageLines() - garbageBefore)
      return result
    } finally {
      signal.removeEventListener('abort', cancel)
      this.tellFirst.push(...current.rejections)
      this.lateExpected = signal.aborted
      this.turn = null
      current.end()
      this.reader.endTurn(this.lateExpected)
    }
  }

  private async exchange(turn: PromptTurn, signal: AbortSignal): Promise<TurnResult> {
    const prompt = await promptBlocks(turn, this.tellFirst, this.can.images)
    const params = { sessionId: this.runtimeSessionId, prompt, _meta: { turnId: turn.turnId } }
    const told = this.tellFirst
    this.tellFirst = []
    try {
      const response = await this.connection.request<PromptResponse>(methods.agent.session.prompt, params, null)
      // Updates that came before the answer may still be on their way through the SDK's handlers.
      await drained()
      return turnResult(response, signal.aborted)
    } catch (error) {
      // Some agents answer a cancel with an error, some die of it; either way the turn has been stopped.
      if (signal.aborted) return { stopReason: 'cancelled', usage: null }
      // It may not have been heard: told twice is better than never.
      this.tellFirst = told
      throw error
    }
  }

  private listener(): Listener {
    return {
      update: (notification) => this.heard(notification),
      permission: async (request, onDelivered) =>
        this.turn ? this.turn.permission(request, onDelivered) : { outcome: { outcome: 'cancelled' } },
      question: async (request) => (this.turn ? this.turn.question(request) : { action: 'cancel' }),
      replaced: (replaced) => this.replace(replaced),
    }
  }

  private heard({ sessionId, update }: SessionNotification): void {
    // An agent may run sessions of its own (sub-agents); before the first answer the id is not known yet.
    if (this.ids.length > 0 && !this.ids.includes(sessionId)) return
    this.lastHeardAt = Date.now()
    const { said, state } = this.reader.read(update)
    for (const fact of state) {
      this.settings.heard(fact)
      this.tell(fact)
    }
    for (const fact of said) this.turn?.update(fact)
  }

  /** Agents repeat themselves: what is as it was is no news. */
  private tell(fact: SaidOfItself): void {
    const text = JSON.stringify(fact)
    if (this.told.get(fact.type) === text) return
    this.told.set(fact.type, text)
    this.request.onState(fact)
  }

  private replace({ newSessionId, reason }: SessionReplaced): void {
    this.ids.push(newSessionId)
    const { runtimeSessionId, resumeToken } = this
    this.request.onState({ type: 'identity', runtimeSessionId, resumeToken, reason })
  }

  private async awaitQuiet(): Promise<void> {
    if (!this.lateExpected) return
    const patienceEndsAt = Date.now() + quietPatienceMs
    for (;;) {
      const quietForMs = Date.now() - this.lastHeardAt
      if (quietForMs >= quietMs || Date.now() >= patienceEndsAt) break
      await delay(quietMs - quietForMs)
    }
    this.lateExpected = false
    this.reader.endTurn(true)
  }

  private async ended(): Promise<RuntimeEnd> {
    if (this.closing) return { how: 'closed', detail: 'It was ended by Heddle.' }
    const { failure } = await this.connection.explain(new Error('The connection has closed.'))
    // The agent is gone; what it has left running goes with it, or is told.
    const stuck = await this.transport.close().then(() => '', wordsOf)
    return { how: 'died', detail: [failure.summary, failure.cause, stuck].filter(Boolean).join(' ') }
  }
}

function reportGarbage(turn: Turn, lines: number): void {
  if (lines === 0) return
  const text = `The agent wrote ${lines} line${lines === 1 ? '' : 's'} that are no protocol. They were left out.`
  turn.update({ type: 'notice', level: 'warning', title: 'Unreadable output', text })
}
