/**
 * One reader of one session (or of one of its streams), and the cursor that makes it whole: `cursor` is the last number
 * that it has been sent or that was not for it, and only what comes after it is ever sent.
 *
 *   joining ──► behind ⇄ in step ──► closed
 *
 * In step it gets each tick's shared bytes. Behind, it is served from the ring, else from the log, whenever its response
 * has room; outrun, by a `reset` with a snapshot. Nothing waits for it.
 */
import { firstWithin } from '../../shared/bounded.ts'
import type { LogEntry } from '../log/log.ts'
import type { Cursor } from './hub.ts'
import { outrunEvents } from './limits.ts'
import type { Outlet } from './outlet.ts'
import { type Chunk, chunkOfText, eventFrame, noteFrame } from './sse.ts'
import { chunkOf, endsStream, everyStream, framesOf, type Sources, type Topic } from './topic.ts'

/** The response that a subscription writes to, and what it tells it. */
export interface Reader {
  readonly outlet: Outlet
  /** Sends with the others of this tick. */
  keep(chunk: Chunk): void
  /** The stream has ended, and all of it is sent. */
  streamEnded(): void
  /** The session is unknown or removed. */
  gone(sessionId: string): void
  wasReset(): void
  failed(error: unknown): void
}

export class Subscription {
  readonly streamId: string
  readonly #topic: Topic
  readonly #reader: Reader
  readonly #sources: Sources
  #cursor = -1
  #isBusy = false
  #isClosed = false
  #hasBeenInStep = false

  constructor(topic: Topic, streamId: string, reader: Reader, sources: Sources) {
    this.streamId = streamId
    this.#topic = topic
    this.#reader = reader
    this.#sources = sources
  }

  /** The last number sent, or passed over as another stream's; negative before the subscription has begun. */
  get cursor(): number {
    return this.#cursor
  }

  begin(after: Cursor): void {
    this.#topic.subscriptions.add(this)
    this.#work(() => this.#join(after))
  }

  isInStepAt(seq: number): boolean {
    return this.#cursor === seq && !this.#isBusy && this.#reader.outlet.hasRoom
  }

  /** `chunk`: what this tick has for this reader; it was in step. */
  follow(chunk: Chunk | null, last: number, isEnd: boolean): void {
    this.#cursor = last
    this.#hasBeenInStep = true
    if (chunk) this.#reader.keep(chunk)
    if (isEnd) this.#reader.streamEnded()
  }

  /** True while there is something to send and room for it. */
  get canCatchUp(): boolean {
    return !this.#isClosed && this.#cursor >= 0 && this.#cursor < this.#topic.head && this.#reader.outlet.hasRoom
  }

  catchUp(): void {
    if (this.canCatchUp) this.#work(() => this.#sendMissing())
  }

  close(): void {
    this.#isClosed = true
    this.#topic.leave(this)
  }

  /** One that is closed says nothing any more: another may have taken its place. */
  sessionGone(): void {
    if (!this.#isClosed) this.#reader.gone(this.#topic.sessionId)
  }

  /** One thing at a time. What came up meanwhile is looked at when it is done. */
  #work(work: () => Promise<void>): void {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    work()
      .then(() => {
        this.#isBusy = false
        this.catchUp()
      })
      .catch((error: unknown) => this.#reader.failed(error))
  }

  async #join(after: Cursor): Promise<void> {
    await this.#topic.ready
    if (after === 'snapshot') await this.#sendSnapshot(null)
    else if (typeof after !== 'number') await this.#sendSnapshot('That is no cursor of this log.')
    else if (after > this.#topic.head) await this.#sendSnapshot('The log ends before that cursor.')
    else if (this.#topic.head === 0 && !(await this.#topic.snapshot())) this.sessionGone()
    else this.#cursor = after
    if (this.#cursor >= 0 && (await this.#isPastEnd())) this.#reader.streamEnded()
  }

  async #isPastEnd(): Promise<boolean> {
    if (this.streamId === everyStream) return false
    const last = await this.#sources.log.lastOf(this.#topic.sessionId, this.streamId)
    return last?.type === 'turn_ended' && last.seq <= this.#cursor
  }

  async #sendMissing(): Promise<void> {
    while (this.canCatchUp) {
      const missed = this.#topic.head - this.#cursor
      if (this.#hasBeenInStep && missed > outrunEvents) await this.#sendSnapshot('This reader fell too far behind.')
      else if (this.#topic.ring.has(this.#cursor + 1)) this.#sendFromRing()
      else await this.#sendFromLog()
    }
    if (this.#cursor === this.#topic.head) this.#hasBeenInStep = true
  }

  #sendFromRing(): void {
    const missing = this.#topic.ring.after(this.#cursor)
    const piece = firstWithin(missing, this.#reader.outlet.room, ({ bytes }) => bytes.length)
    const chunk = chunkOf(framesOf(piece, this.streamId))
    if (chunk) this.#reader.outlet.send(chunk)
    this.#cursor = piece.at(-1)?.seq ?? this.#cursor
    if (endsStream(piece, this.streamId)) this.#reader.streamEnded()
  }

  /** Up to where the ring begins, or past its end. Leaves off when the reader is full: what was read and not sent is not kept. */
  async #sendFromLog(): Promise<void> {
    const { head, ring, sessionId } = this.#topic
    const upTo = ring.firstSeq > this.#cursor ? Math.min(head, ring.firstSeq - 1) : head
    const streamId = this.streamId === everyStream ? undefined : this.streamId
    for await (const page of this.#sources.log.read(sessionId, this.#cursor, { upTo, streamId })) {
      const isGap = streamId === undefined && page[0]?.seq !== this.#cursor + 1
      if (isGap) return this.#sendSnapshot('The log begins after that cursor.')
      if (!this.#sendPage(page)) return
    }
    if (streamId === undefined && this.#cursor < upTo) {
      // Removed meanwhile, which ends nothing else that this reader has.
      if (!(await this.#topic.snapshot())) return this.sessionGone()
      throw new Error(`The log of ${sessionId} ends too early.`)
    }
    this.#cursor = Math.max(this.#cursor, upTo)
  }

  /** False: the reader has no room for the rest. */
  #sendPage(page: readonly LogEntry[]): boolean {
    let rest = page
    while (rest.length > 0) {
      if (this.#isClosed || !this.#reader.outlet.hasRoom) return false
      const piece = firstWithin(rest, this.#reader.outlet.room, ({ data }) => data.length)
      this.#reader.outlet.send(chunkOfText(piece.map(eventFrame).join('')))
      this.#cursor = piece.at(-1)?.seq ?? this.#cursor
      if (piece.at(-1)?.type === 'turn_ended' && this.streamId !== everyStream) this.#reader.streamEnded()
      rest = rest.slice(piece.length)
    }
    return true
  }

  /** `reason`: why what follows does not begin at the cursor that was asked for; null where a snapshot was. */
  async #sendSnapshot(reason: string | null): Promise<void> {
    const { sessionId } = this.#topic
    const snapshot = await this.#topic.snapshot()
    if (this.#isClosed) return
    if (!snapshot) return this.sessionGone()
    const { seq, state } = snapshot
    const note =
      reason === null
        ? noteFrame({ type: 'snapshot', sessionId, seq, state })
        : noteFrame({ type: 'reset', sessionId, seq, state, reason })
    if (reason !== null) this.#reader.wasReset()
    this.#reader.outlet.send(chunkOfText(note))
    this.#cursor = seq
  }
}
