/** `POST /api/live`: one response that carries any number of sessions, the feed, and pings that prove it whole. */
import { randomUUID } from 'node:crypto'
import type { LiveFrame } from '../../shared/api.ts'
import { firstWithin } from '../../shared/bounded.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { FeedLog } from './feed.ts'
import type { Cursor, LiveChange } from './hub.ts'
import { watchedSessions } from './limits.ts'
import type { Outlet } from './outlet.ts'
import { chunkOfFrames, chunkOfText, noteFrame } from './sse.ts'
import type { Subscription } from './subscription.ts'

/** What a live connection asks of the hub. */
export interface LiveHouse {
  readonly feed: FeedLog
  readonly version: string
  /** A subscription to all of a session, begun. */
  watch(sessionId: string, after: Cursor, connection: LiveConnection): Subscription
}

export class LiveConnection {
  readonly id = randomUUID()
  readonly outlet: Outlet
  readonly #house: LiveHouse
  readonly #subscriptions = new Map<string, Subscription>()
  /** The last place of the feed that was sent; null without the feed. */
  #feedPlace: number | null = null

  constructor(outlet: Outlet, house: LiveHouse) {
    this.outlet = outlet
    this.#house = house
    outlet.onRoom = () => this.#catchUp()
    this.#say({ type: 'hello', connectionId: this.id, version: house.version })
  }

  get subscriptions(): number {
    return this.#subscriptions.size
  }

  /** From a cursor of the feed's, or from now on. */
  watchFeed(after: string | null): void {
    const { feed } = this.#house
    const place = after === null ? feed.place : feed.placeOf(after)
    this.#feedPlace = place ?? feed.place
    if (place === null) this.#say({ type: 'feed_reset', cursor: feed.cursorAt(this.#feedPlace) })
    this.#sendFeed()
  }

  change({ add = [], remove = [], ping = false }: LiveChange): void {
    for (const id of remove) this.#drop(id)
    const added = new Set(add.map(({ id }) => id).filter((id) => !this.#subscriptions.has(id)))
    if (this.#subscriptions.size + added.size > watchedSessions) {
      const detail = `One connection carries at most ${watchedSessions} chats. Remove some before adding more.`
      throw new ProblemError('too_many_streams', detail)
    }
    for (const { id, after } of add) {
      // A second time: the old cursor is forgotten, and what it had under way with it.
      this.#drop(id)
      this.#subscriptions.set(id, this.#house.watch(id, after, this))
    }
    if (ping) this.ping()
  }

  /** How far each session and the feed have been sent. A reader that has less has lost something. */
  ping(): void {
    if (!this.outlet.hasRoom) return
    const begun = [...this.#subscriptions].filter(([, { cursor }]) => cursor >= 0)
    const heads = Object.fromEntries(begun.map(([id, { cursor }]) => [id, cursor]))
    const feed = this.#feedPlace === null ? null : this.#house.feed.cursorAt(this.#feedPlace)
    this.#say({ type: 'ping', heads, feed })
  }

  gone(sessionId: string): void {
    if (!this.#subscriptions.has(sessionId)) return
    this.#drop(sessionId)
    this.#say({ type: 'session_gone', sessionId })
  }

  /** A tick's rows. True: this reader is in step and takes the shared bytes. */
  followFeed(before: number, last: number): boolean {
    if (this.#feedPlace === null) return false
    const isInStep = this.#feedPlace === before && this.outlet.hasRoom
    if (isInStep) this.#feedPlace = last
    else this.#sendFeed()
    return isInStep
  }

  close(): void {
    for (const id of [...this.#subscriptions.keys()]) this.#drop(id)
    this.outlet.end()
  }

  /** Those that were served go to the end of the line. */
  #catchUp(): void {
    this.#sendFeed()
    for (const [id, subscription] of [...this.#subscriptions]) {
      if (!subscription.canCatchUp) continue
      subscription.catchUp()
      this.#subscriptions.delete(id)
      this.#subscriptions.set(id, subscription)
    }
  }

  /** As much as there is room for: a reader that was away for long has missed thousands of rows. */
  #sendFeed(): void {
    const { feed } = this.#house
    if (this.#feedPlace === null || this.#feedPlace === feed.place || !this.outlet.hasRoom) return
    let missed = feed.since(this.#feedPlace)
    while (missed.length > 0 && this.outlet.hasRoom) {
      const piece = firstWithin(missed, this.outlet.room, ({ bytes }) => bytes.length)
      this.outlet.send(chunkOfFrames(piece))
      this.#feedPlace = piece.at(-1)?.place ?? this.#feedPlace
      missed = missed.slice(piece.length)
    }
  }

  #drop(sessionId: string): void {
    this.#subscriptions.get(sessionId)?.close()
    this.#subscriptions.delete(sessionId)
  }

  #say(note: LiveFrame): void {
    this.outlet.send(chunkOfText(noteFrame(note)))
  }
}
