/** What of one session is watched: its head, its recent frames, who follows it. Lives as long as somebody does. */
import { sessionStreamId } from '../../shared/ids.ts'
import type { Snapshot } from '../../shared/state.ts'
import type { Log, LogEntry } from '../log/log.ts'
import type { SnapshotOf } from './hub.ts'
import { type Frame, Ring } from './ring.ts'
import { type Chunk, chunkOfFrames, eventFrame } from './sse.ts'
import type { Subscription } from './subscription.ts'

export const everyStream = '*'

/** Where events and snapshots come from. */
export interface Sources {
  readonly log: Pick<Log, 'read' | 'head' | 'lastOf'>
  readonly snapshotOf: SnapshotOf
}

export class Topic {
  readonly sessionId: string
  readonly subscriptions = new Set<Subscription>()
  readonly ring = new Ring()
  /** Resolves when `head` is known. */
  readonly ready: Promise<void>
  /** The last number that may be sent. */
  head = 0
  readonly #sources: Sources
  readonly #onEmpty: () => void
  /** The first number that came since the last tick; null when none did. */
  #firstOfTick: number | null = null
  #snapshot: Promise<Snapshot | null> | null = null

  constructor(sessionId: string, sources: Sources, onEmpty: () => void) {
    this.sessionId = sessionId
    this.#sources = sources
    this.#onEmpty = onEmpty
    this.ready = sources.log.head(sessionId).then((head) => {
      // Once something was published that says it: the store may be ahead of what readers can be given yet.
      if (this.head === 0) this.head = head
    })
  }

  publish(entry: LogEntry): void {
    const { seq, streamId, type } = entry
    const endsStream = type === 'turn_ended' && streamId !== sessionStreamId
    this.ring.push({ seq, streamId, bytes: Buffer.from(eventFrame(entry)), endsStream })
    this.head = Math.max(this.head, seq)
    this.#firstOfTick ??= seq
  }

  leave(subscription: Subscription): void {
    if (this.subscriptions.delete(subscription) && this.subscriptions.size === 0) this.#onEmpty()
  }

  /** Gives a tick's frames to those that are in step, as bytes that they share; the others catch up by themselves. */
  tick(): void {
    if (this.#firstOfTick === null) return
    const before = this.#firstOfTick - 1
    this.#firstOfTick = null
    const fresh = this.ring.firstSeq <= before + 1 ? this.ring.after(before) : []
    const last = fresh.at(-1)?.seq ?? before
    const shared = new Map<string, Chunk | null>()
    for (const subscription of this.subscriptions) {
      const { streamId } = subscription
      if (!subscription.isInStepAt(before) || fresh.length === 0) {
        subscription.catchUp()
        continue
      }
      let chunk = shared.get(streamId)
      if (chunk === undefined) {
        chunk = chunkOf(framesOf(fresh, streamId))
        shared.set(streamId, chunk)
      }
      subscription.follow(chunk, last, endsStream(fresh, streamId))
    }
  }

  /** One for all that ask at the same time: any cut is good for any of them. */
  snapshot(): Promise<Snapshot | null> {
    this.#snapshot ??= this.#sources.snapshotOf(this.sessionId).finally(() => {
      this.#snapshot = null
    })
    return this.#snapshot
  }
}

export function framesOf(frames: readonly Frame[], streamId: string): readonly Frame[] {
  return streamId === everyStream ? frames : frames.filter((frame) => frame.streamId === streamId)
}

export function endsStream(frames: readonly Frame[], streamId: string): boolean {
  return frames.some((frame) => frame.endsStream && frame.streamId === streamId)
}

export function chunkOf(frames: readonly Frame[]): Chunk | null {
  return frames.length === 0 ? null : chunkOfFrames(frames)
}
