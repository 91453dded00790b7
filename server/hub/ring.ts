/** The recent frames of a session, dense by `seq`, bounded in bytes and in number. */
import { ringBytes, ringFrames } from './limits.ts'

export interface Frame {
  readonly seq: number
  readonly streamId: string
  readonly bytes: Buffer
  readonly endsStream: boolean
}

export class Ring {
  #frames: Frame[] = []
  /** Frames before this one have been given up; they are cut off when they are more than half. */
  #start = 0
  #bytes = 0

  /** The lowest `seq` that is here; infinite when nothing is. */
  get firstSeq(): number {
    return this.#frames[this.#start]?.seq ?? Number.POSITIVE_INFINITY
  }

  has(seq: number): boolean {
    return seq >= this.firstSeq && seq <= (this.#frames.at(-1)?.seq ?? 0)
  }

  push(frame: Frame): void {
    const last = this.#frames.at(-1)
    // Never seen, and never to be passed on: readers are then served from the log.
    if (last && last.seq + 1 !== frame.seq) this.#clear()
    this.#frames.push(frame)
    this.#bytes += frame.bytes.length
    while (this.#isFull()) {
      this.#bytes -= this.#frames[this.#start]?.bytes.length ?? 0
      this.#start++
    }
    if (this.#start <= this.#frames.length / 2) return
    this.#frames = this.#frames.slice(this.#start)
    this.#start = 0
  }

  /** Frames after `seq`, which is not before `firstSeq - 1`. */
  after(seq: number): readonly Frame[] {
    return this.#frames.slice(this.#start + seq + 1 - this.firstSeq)
  }

  #clear(): void {
    this.#frames = []
    this.#start = 0
    this.#bytes = 0
  }

  /** The newest frame stays, however large it is. */
  #isFull(): boolean {
    const count = this.#frames.length - this.#start
    return count > 1 && (count > ringFrames || this.#bytes > ringBytes)
  }
}
