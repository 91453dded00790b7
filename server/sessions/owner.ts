/**
 * The owner of one session: the only one that changes it. What its log says is its state:
 *
 *               send                      runtime is open             asked
 *   idle ────────────────► starting ─────────────────────► running ◄──────────► needs_approval, needs_answer
 *   error ▲                   │ cancel                       │ cancel  decided       │ cancel
 *   interrupted               ▼                              ▼                       ▼
 *         │               stopping ◄─────────────────────────┴───────────────────────┘
 *         │                   │ confirmed by the runtime; else its process tree is ended
 *         └── turn_ended ◄────┴── the runtime ended the turn, failed, died, could not be opened; the server ended
 *
 * Commands are decided at once on the working cut, so they are one after another by construction, and none waits behind
 * a prompt. A turn runs outside; what an older attempt still says is dropped. The end of a turn and the claim of the
 * next are one append, made when the old worker is gone.
 */
import { sessionStreamId } from '../../shared/ids.ts'
import type { QueuedMessage } from '../../shared/model.ts'
import type { ProblemError } from '../../shared/problems.ts'
import type { SessionLog } from '../log/log.ts'
import { claim } from './claim.ts'
import type { Decision, OwnerView } from './commands/decision.ts'
import { forget } from './commands/patch.ts'
import { endOf, reasonOf } from './ending.ts'
import { Hearing } from './hearing.ts'
import { type Cut, Ledger } from './ledger.ts'
import { type Needs, now } from './needs.ts'
import { Outbox } from './outbox.ts'
import { gone, shuttingDown } from './problems.ts'
import type { Command } from './sessions.ts'
import { titled } from './titles.ts'
import { transcriptOf } from './transcript.ts'
import { type Outcome, Turn } from './turn.ts'
import { type Want, Worker, wantOf } from './worker.ts'

const interrupted: Outcome = { stopReason: 'interrupted', usage: null, failure: null }
const removed: Outcome = { stopReason: 'cancelled', usage: null, failure: null }

export interface OwnerPort {
  /** It may rest now: nothing runs in it. */
  onRest(): void
  /** Its log cannot be written: it is to be given up. */
  onFailed(): void
}

export class Owner implements OwnerView {
  readonly id: string
  readonly needs: Needs
  readonly ledger: Ledger
  readonly worker: Worker
  readonly eager = new Set<string>()
  readonly #outbox: Outbox
  readonly #hearing: Hearing
  readonly #port: OwnerPort
  #turn: Turn | null = null
  #turnDone: Promise<void> = Promise.resolve()
  /** Nothing starts by itself any more. */
  #isLast = false
  #refusal: ProblemError | null = null

  constructor(needs: Needs, log: SessionLog, cut: Cut, port: OwnerPort) {
    this.id = cut.session.id
    this.needs = needs
    this.#port = port
    this.ledger = new Ledger(log, cut, (error) => this.#fail(error))
    this.#outbox = new Outbox({
      append: (drafts) => this.ledger.append({ drafts }),
      onFlood: () => this.#turn?.flood(),
    })
    this.worker = new Worker(needs, this.id, {
      onState: (update) => this.#hearing.state(update),
      transcript: () => transcriptOf(this.cut.state),
      onGone: () => port.onRest(),
    })
    this.#hearing = new Hearing({ needs, ledger: this.ledger, outbox: this.#outbox, worker: this.worker })
  }

  get cut(): Cut {
    return this.ledger.cut
  }

  get turn(): Turn | null {
    return this.#turn
  }

  get isWarm(): boolean {
    return this.worker.isWarm(this.#want)
  }

  /** It may be forgotten: everything that it knows is in the log. */
  get isResting(): boolean {
    return this.#turn === null && this.ledger.isSettled && this.worker.isGone
  }

  /** Decides at once, answers when that is durable; also a refusal is told only when what it rests on is. */
  async perform<T>(command: Command, status: number, decide: (owner: OwnerView) => Decision<T>): Promise<T> {
    const refusal = this.ledger.problem ?? this.#refusal
    if (refusal) throw refusal
    this.#outbox.flush()
    let decision: Decision<T>
    try {
      decision = decide(this)
    } catch (problem) {
      await this.ledger.settled()
      throw problem
    }
    const { drafts, row, readSeq, answer } = decision
    if (!drafts && !row && readSeq === undefined && !command.idempotency) {
      await this.ledger.settled()
      return answer(this.cut)
    }
    const given: { answer?: T } = {}
    const createdAt = now(this.needs)
    const durable = this.ledger.append({
      drafts,
      row,
      readSeq,
      idempotency(cut) {
        given.answer = answer(cut)
        return command.idempotency && { ...command.idempotency, status, body: JSON.stringify(given.answer), createdAt }
      },
    })
    decision.begun?.(durable)
    await durable
    decision.done?.()
    return given.answer as T
  }

  begin(prompt: QueuedMessage, claimed: Promise<void>): void {
    this.eager.delete(prompt.messageId)
    const turn = new Turn(prompt, this.needs.newId('msg'), this.#hearing)
    this.#turn = turn
    this.#outbox.begin()
    this.#turnDone = this.#conduct(turn, claimed)
  }

  /** Ends what the log says still runs, but nobody runs: the server ended in the middle of it. */
  async heal(): Promise<void> {
    const { state } = this.cut
    const place = { at: now(this.needs), eager: this.eager, isLast: true, interruption: 'crash' as const }
    if (state.live) {
      const { drafts } = endOf(this.cut, state.live, interrupted, place)
      if (state.live.run.provider !== this.cut.session.provider) drafts.push(...forget(this))
      return this.ledger.append({ drafts })
    }
    if (state.queue.items.length === 0 || state.queue.held) return
    const queue = { ...state.queue, held: 'interrupted' as const }
    await this.ledger.append({ drafts: [{ type: 'queue_changed', streamId: sessionStreamId, at: place.at, queue }] })
  }

  /** Lets the turn that runs end by itself, unless it waits for a person or a next try; nothing starts after it. */
  async finish(): Promise<void> {
    this.#isLast = true
    if (!isWaiting(this.cut) && !this.#turn?.isPausing) await this.#turnDone
  }

  /** Ends the turn at once as interrupted, and the runtime. */
  async interrupt(): Promise<void> {
    this.#isLast = true
    this.#refusal = shuttingDown()
    this.#turn?.end(interrupted)
    await this.#turnDone
    await this.worker.close()
  }

  /** Stops everything for good: the session is being removed. */
  async remove(): Promise<void> {
    this.#isLast = true
    this.#refusal = gone()
    this.#turn?.end(removed)
    await this.#turnDone
    await this.worker.close()
    await this.ledger.settled()
  }

  delivered(turn: Turn, permissionId: string): void {
    if (turn === this.#turn && !turn.isOver) this.#hearing.delivered(permissionId)
  }

  async #conduct(turn: Turn, claimed: Promise<void>): Promise<void> {
    const outcome = await turn.run(claimed)
    this.#turn = null
    this.#outbox.flush()
    if (!this.ledger.problem) this.#endTurn(outcome)
    if (this.#turn) return
    if (this.worker.isFit(this.#want)) this.worker.rest()
    else void this.worker.close()
    this.#port.onRest()
  }

  #endTurn(outcome: Outcome): void {
    const { cut, eager, needs } = this
    const { live } = cut.state
    if (!live) return
    const stopReason = reasonOf(live, outcome)
    if (stopReason !== 'end_turn' && stopReason !== 'cancelled') eager.clear()
    const at = now(needs)
    const { drafts, next } = endOf(cut, live, outcome, { at, eager, isLast: this.#isLast, interruption: 'shutdown' })
    const isMoved = live.run.provider !== cut.session.provider || !this.worker.isFit(this.#want)
    if (isMoved) drafts.push(...forget(this))
    if (!next) return void this.ledger.append({ drafts })
    const session = isMoved ? { ...cut.session, runtimeSessionId: null } : cut.session
    const place = { at, after: drafts.length, warm: this.isWarm }
    const claimed = this.ledger.append({
      drafts: [...drafts, ...claim({ ...cut, session }, next, place)],
      row: (row) => titled(row, next.text, 'derived'),
    })
    this.begin(next, claimed)
  }

  get #want(): Want {
    return wantOf(this.cut.session)
  }

  #fail(error: unknown): void {
    this.needs.logger.error({ sessionId: this.id, err: error }, 'A session could not be written and was given up')
    this.#turn?.end(interrupted)
    if (!this.#turn) void this.worker.close()
    this.#port.onFailed()
  }
}

function isWaiting({ session }: Cut): boolean {
  return session.state === 'needs_approval' || session.state === 'needs_answer'
}
