/** What a runtime says, in and out of turns, put down in the session's log: the owner's ears. */
import type { RuntimeStateUpdate, RuntimeUpdate } from '../../shared/events.ts'
import { sessionStreamId } from '../../shared/ids.ts'
import type {
  IdentityUpdate,
  PermissionRequest,
  QuestionRequest,
  RuntimeFailure,
  RuntimeSession,
  TitleUpdate,
} from '../runtimes/runtime.ts'
import { askingDrafts } from './asking.ts'
import type { Change, Ledger } from './ledger.ts'
import { maxPending, maxTurnLength } from './limits.ts'
import { type Needs, now } from './needs.ts'
import type { Outbox } from './outbox.ts'
import { findPart } from './permissions.ts'
import { newQuestion } from './questions.ts'
import { type GaveUp, nextTry, retryDrafts } from './retry.ts'
import { identityChange, isState, modelIn, openedChange, titleChange } from './runtime-state.ts'
import type { Turn, TurnPort } from './turn.ts'
import { type Want, type Worker, wantOf } from './worker.ts'

export interface HearingNeeds {
  readonly needs: Needs
  readonly ledger: Ledger
  readonly outbox: Outbox
  readonly worker: Worker
}

export class Hearing implements TurnPort {
  readonly worker: Worker
  readonly #needs: Needs
  readonly #ledger: Ledger
  readonly #outbox: Outbox

  constructor({ needs, ledger, outbox, worker }: HearingNeeds) {
    this.worker = worker
    this.#needs = needs
    this.#ledger = ledger
    this.#outbox = outbox
  }

  want(): Want {
    return wantOf(this.#ledger.cut.session)
  }

  opened(turn: Turn, runtime: RuntimeSession): void {
    this.#change(openedChange(this.#ledger.cut.session, runtime, turn.messageId, this.#place()))
  }

  update(turn: Turn, update: RuntimeUpdate): void {
    if (isState(update)) this.state(update)
    else if (update.type === 'agent_message_chunk' || update.type === 'agent_thought_chunk')
      this.#outbox.text({ ...update, ...this.#place(), messageId: turn.messageId })
    else this.#outbox.add({ ...update, ...this.#place(), messageId: turn.messageId })
    if (turn.count(update) > maxTurnLength) turn.flood()
  }

  state(update: RuntimeStateUpdate | TitleUpdate | IdentityUpdate): void {
    switch (update.type) {
      case 'title':
        this.#change(titleChange(this.#ledger.cut.session, update))
        break
      case 'identity':
        void this.worker.saveToken(update.resumeToken)
        this.#change(identityChange(update, this.#place()))
        break
      case 'config_option_update':
        this.#outbox.add({ ...update, ...this.#place() })
        this.#noteModel(modelIn(update.configOptions))
        break
      default:
        this.#outbox.add({ ...update, ...this.#place() })
    }
  }

  requestPermission({ messageId }: Turn, request: PermissionRequest): string | null {
    if (!this.#mayWait) return null
    const asking = this.#asking('prm')
    for (const draft of askingDrafts(this.#ledger.cut.state, request, { ...asking, messageId })) this.#outbox.add(draft)
    this.#outbox.flush()
    return asking.id
  }

  ask({ messageId }: Turn, request: QuestionRequest): string | null {
    if (!this.#mayWait) return null
    const question = newQuestion(request, this.#asking('qst'))
    this.#outbox.add({ type: 'question_asked', ...this.#place(), messageId, question })
    this.#outbox.flush()
    return question.id
  }

  delivered(permissionId: string): void {
    const place = this.#place()
    const held = findPart(this.#ledger.cut.state, 'permission', ({ permission }) => permission.id === permissionId)
    if (!held) return
    const permission = { ...held.permission, deliveredAt: place.at }
    this.#outbox.add({ type: 'permission_delivered', ...place, permission })
  }

  /** Tells of the failure and waits for the time of the next try; null: now. */
  async beforeRetry(turn: Turn, failure: RuntimeFailure, tries: number, signal: AbortSignal): Promise<GaveUp | null> {
    this.#outbox.flush()
    const { live } = this.#ledger.cut.state
    if (!live || this.#ledger.problem) return 'final'
    const failed = { failure, tries, messages: live.messages }
    const next = nextTry(failed, this.#needs.random)
    if ('gaveUp' in next) return next.gaveUp
    const place = { ...this.#place(), messageId: turn.messageId }
    this.#change({ drafts: retryDrafts(failed, next.delayMs, place) })
    await this.#needs.pause(next.delayMs, signal)
    // Who has given the chat to another agent meanwhile wants no more of this one.
    return this.#ledger.cut.session.provider === live.run.provider ? null : 'final'
  }

  unexpected(error: unknown): void {
    if (this.#ledger.problem) return
    const sessionId = this.#ledger.cut.session.id
    this.#needs.logger.error({ sessionId, err: error }, 'A turn failed unexpectedly')
  }

  /** The row follows the runtime's model, unless a person has chosen another for the next turn. */
  #noteModel(model: string | null): void {
    const before = this.worker.model
    if (model === null || before === null || before === model) return
    this.worker.noteModel(model)
    if (this.#ledger.cut.session.model === before) this.#change({ row: (session) => ({ ...session, model }) })
  }

  #change(change: Change | null): void {
    if (!change) return
    this.#outbox.flush()
    void this.#ledger.append(change)
  }

  /** What was said before stands in the state now; a runtime that asks without end waits for nobody. */
  get #mayWait(): boolean {
    this.#outbox.flush()
    return this.#ledger.cut.state.pending.length < maxPending
  }

  #place(): { at: string; streamId: string } {
    return { at: now(this.#needs), streamId: this.#ledger.cut.state.live?.run.id ?? sessionStreamId }
  }

  #asking(prefix: 'prm' | 'qst') {
    return { id: this.#needs.newId(prefix), sessionId: this.#ledger.cut.session.id, ...this.#place() }
  }
}
