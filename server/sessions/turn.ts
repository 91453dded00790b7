/**
 * One turn, outside the owner's commands: opens the runtime, prompts it, takes what it says, and tries again while its
 * port says so. It ends when the runtime says so, or when its worker is gone: nothing that it says after that is heard,
 * and nothing of an earlier try.
 */
import { setImmediate as afterEvents } from 'node:timers/promises'
import type { RuntimeUpdate } from '../../shared/events.ts'
import type { Answer, QueuedMessage, StopReason, Usage } from '../../shared/model.ts'
import {
  type PermissionDecision,
  type PermissionRequest,
  type QuestionRequest,
  RuntimeError,
  type RuntimeFailure,
  type RuntimeSession,
  type TurnSink,
} from '../runtimes/runtime.ts'
import { deathOf, failureOf, floodOf, isRuntimeSound } from './failures.ts'
import { stopGraceMs } from './limits.ts'
import type { GaveUp } from './retry.ts'
import type { Want, Worker } from './worker.ts'

export interface Outcome {
  readonly stopReason: StopReason
  readonly usage: Usage | null
  readonly failure: RuntimeFailure | null
  /** Why it was not tried again after its failure. */
  readonly gaveUp?: GaveUp
}

/** Where the owner takes a turn's facts. */
export interface TurnPort {
  readonly worker: Worker
  want(): Want
  /** A new runtime session is open. */
  opened(turn: Turn, runtime: RuntimeSession): void
  update(turn: Turn, update: RuntimeUpdate): void
  /** The id of what now waits for a person; null if nothing more may. */
  requestPermission(turn: Turn, request: PermissionRequest): string | null
  ask(turn: Turn, request: QuestionRequest): string | null
  /** After a failed try; null when it is time for another. Resolves at once when it is aborted. */
  beforeRetry(turn: Turn, failure: RuntimeFailure, tries: number, signal: AbortSignal): Promise<GaveUp | null>
  unexpected(error: unknown): void
}

export class Turn implements TurnSink {
  readonly prompt: QueuedMessage
  /** The message that its answer is written into. */
  readonly messageId: string
  readonly #port: TurnPort
  readonly #stop = new AbortController()
  readonly #permissions = new Map<string, (decision: PermissionDecision) => void>()
  readonly #questions = new Map<string, (answer: Answer) => void>()
  readonly #cut: Promise<Outcome>
  #resolveCut: (outcome: Outcome) => void = () => undefined
  #verdict: Outcome | null = null
  #stopTimer: NodeJS.Timeout | undefined
  /** The worker is being ended: the turn is over when it is gone, not before. */
  #isEnding = false
  #isOver = false
  #isPausing = false
  /** What it began with: another model is for the next turn, not for this one's next try. */
  #want: Want | null = null
  /** Of the try that runs: what comes into another's goes nowhere. */
  #sink: TurnSink | null = null
  #length = 0

  constructor(prompt: QueuedMessage, messageId: string, port: TurnPort) {
    this.prompt = prompt
    this.messageId = messageId
    this.#port = port
    this.#cut = new Promise((resolve) => {
      this.#resolveCut = resolve
    })
  }

  get streamId(): string {
    return this.prompt.streamId
  }

  /** Resolves when nothing of it can be heard any more. */
  async run(claimed: Promise<void>): Promise<Outcome> {
    const ended = await Promise.race([this.#work(claimed), this.#cut])
    clearTimeout(this.#stopTimer)
    this.#isOver = true
    const outcome = this.#verdict ?? ended
    this.#settle()
    const isUnsound = outcome.failure !== null && !isRuntimeSound(outcome.failure)
    if (this.#isEnding || isUnsound) await this.#port.worker.close()
    return outcome
  }

  /** Asks the runtime to stop; one that does not confirm in time is ended with its whole tree. */
  stop(): void {
    if (this.#isOver || this.#stop.signal.aborted) return
    this.#settle()
    this.#stop.abort()
    this.#stopTimer = setTimeout(() => void this.#endWorker(cancelled), stopGraceMs)
  }

  /** Ends the worker at once, with this outcome whatever the runtime still says. */
  end(outcome: Outcome): void {
    if (this.#isOver || this.#verdict) return
    this.#verdict = outcome
    this.#stop.abort()
    void this.#endWorker(outcome)
  }

  flood(): void {
    this.end({ stopReason: 'error', usage: null, failure: floodOf().failure })
  }

  decide(permissionId: string, decision: PermissionDecision): void {
    const resolve = this.#permissions.get(permissionId)
    this.#permissions.delete(permissionId)
    resolve?.(decision)
  }

  answer(questionId: string, answer: Answer): void {
    const resolve = this.#questions.get(questionId)
    this.#questions.delete(questionId)
    resolve?.(answer)
  }

  update(update: RuntimeUpdate): void {
    if (!this.#isOver) this.#port.update(this, update)
  }

  requestPermission(request: PermissionRequest): Promise<PermissionDecision> {
    const id = this.#mayAsk ? this.#port.requestPermission(this, request) : null
    if (id === null) return Promise.resolve({ outcome: 'cancelled' })
    return new Promise((resolve) => this.#permissions.set(id, resolve))
  }

  ask(request: QuestionRequest): Promise<Answer> {
    const id = this.#mayAsk ? this.#port.ask(this, request) : null
    if (id === null) return Promise.resolve({ action: 'cancel' })
    return new Promise((resolve) => this.#questions.set(id, resolve))
  }

  /** Characters that this turn has said so far, with this update. */
  count(update: RuntimeUpdate): number {
    this.#length += 'text' in update ? (update.text?.length ?? 0) : toolUpdateLength
    return this.#length
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** It waits for its next try: nothing of it runs. */
  get isPausing(): boolean {
    return this.#isPausing
  }

  get #mayAsk(): boolean {
    return !this.#isOver && !this.#stop.signal.aborted
  }

  async #work(claimed: Promise<void>): Promise<Outcome> {
    const { signal } = this.#stop
    for (let tries = 1; ; tries++) {
      const outcome = await this.#try(tries, claimed)
      if (!outcome.failure || signal.aborted) return outcome
      this.#isPausing = true
      const gaveUp = await this.#port.beforeRetry(this, outcome.failure, tries, signal)
      this.#isPausing = false
      if (gaveUp) return { ...outcome, gaveUp }
    }
  }

  async #try(tries: number, claimed: Promise<void>): Promise<Outcome> {
    const { signal } = this.#stop
    const { streamId } = this
    const { worker } = this.#port
    try {
      await claimed
      signal.throwIfAborted()
      // Of its own name, so that what an earlier try's runtime may have left running stays on the list of its own.
      const runtimeId = tries === 1 ? streamId : `${streamId}.${tries}`
      const want = this.#want ?? this.#port.want()
      const { runtime, isNew } = await worker.ready(want, runtimeId, signal)
      this.#want = { ...want, model: worker.model ?? want.model }
      signal.throwIfAborted()
      if (isNew) this.#port.opened(this, runtime)
      const turn = { turnId: streamId, text: this.prompt.text, files: [] }
      this.#sink = this.#newSink()
      const result = await Promise.race([runtime.prompt(turn, this.#sink, signal), deathIn(runtime)])
      return { ...result, failure: null }
    } catch (error) {
      if (signal.aborted) return cancelled
      if (!(error instanceof RuntimeError)) this.#port.unexpected(error)
      return { stopReason: 'error', usage: null, failure: failureOf(error) }
    } finally {
      this.#sink = null
    }
  }

  #newSink(): TurnSink {
    const isHeard = () => this.#sink === sink
    const sink: TurnSink = {
      update: (update) => (isHeard() ? this.update(update) : undefined),
      requestPermission: async (request) => (isHeard() ? this.requestPermission(request) : { outcome: 'cancelled' }),
      ask: async (request) => (isHeard() ? this.ask(request) : { action: 'cancel' }),
    }
    return sink
  }

  async #endWorker(outcome: Outcome): Promise<void> {
    this.#isEnding = true
    await this.#port.worker.close()
    this.#resolveCut(outcome)
  }

  /** Whoever waits for a person in this turn is told that no answer will come. */
  #settle(): void {
    for (const resolve of this.#permissions.values()) resolve({ outcome: 'cancelled' })
    for (const resolve of this.#questions.values()) resolve({ action: 'cancel' })
    this.#permissions.clear()
    this.#questions.clear()
  }
}

/** What an update without text counts for: its frame at least. */
const toolUpdateLength = 256

const cancelled: Outcome = { stopReason: 'cancelled', usage: null, failure: null }

/** A runtime that ends without rejecting its prompt has still ended; its own words, which may follow at once, go first. */
async function deathIn(runtime: RuntimeSession): Promise<never> {
  const end = await runtime.closed
  await afterEvents()
  throw deathOf(end)
}
