/** The hub on sockets: what has become durable goes, once per turn of the loop, to all who watch. */
import type { ServerResponse } from 'node:http'
import { type Admission, type AdmissionLimits, createAdmission } from './admission.ts'
import { createFeed, type FeedLog } from './feed.ts'
import type { Cursor, Hub, LiveChange, LiveRequest, StreamRequest } from './hub.ts'
import { pingMs } from './limits.ts'
import { LiveConnection } from './live.ts'
import { Outlet } from './outlet.ts'
import { chunkOfFrames, eventStreamHeaders, pingComment } from './sse.ts'
import type { Reader } from './subscription.ts'
import { createTicker } from './ticker.ts'
import { everyStream, type Sources } from './topic.ts'
import { createTopics, type Topics } from './topics.ts'

export interface HubOptions extends Sources, AdmissionLimits {
  /** Told to every live connection in `hello`. */
  readonly version: string
  /** Sent with every stream, beside the hub's own. */
  readonly headers?: Readonly<Record<string, string>>
  /** A reader could not be served. Its response ends, and it comes again by itself. */
  readonly onError?: (error: unknown) => void
}

export function createHub(options: HubOptions): Hub {
  return new Fanout(options)
}

class Fanout implements Hub {
  readonly feed: FeedLog
  readonly #options: HubOptions
  readonly #headers: Readonly<Record<string, string>>
  readonly #topics: Topics
  readonly #admission: Admission
  readonly #ticker = createTicker(() => this.#tick())
  readonly #outlets = new Set<Outlet>()
  readonly #lives = new Map<string, LiveConnection>()
  readonly #pings: NodeJS.Timeout
  /** The place in the feed up to which ticks have given it out. */
  #feedPlace: number
  #resets = 0

  constructor(options: HubOptions) {
    this.#options = options
    this.#headers = { ...options.headers, ...eventStreamHeaders }
    this.#topics = createTopics(options)
    this.#admission = createAdmission(options)
    this.feed = createFeed(() => this.#ticker.soon())
    this.#feedPlace = this.feed.place
    this.#pings = setInterval(() => this.#ping(), pingMs).unref()
  }

  readonly onCommitted: Hub['onCommitted'] = ({ entries, sessions }) => {
    this.#topics.publish(entries)
    for (const session of sessions) this.feed.session(session)
    this.#ticker.soon()
  }

  admit(keyId: string): void {
    this.#admission.reserve(keyId)
  }

  stream(outgoing: ServerResponse, request: StreamRequest): Promise<void> {
    return this.#serve(outgoing, request, (outlet) => {
      const { sessionId, streamId, after } = request
      const subscription = this.#topics.watch(sessionId, streamId, after, this.#readerAlone(outlet))
      outlet.onRoom = () => subscription.catchUp()
      return () => subscription.close()
    })
  }

  live(outgoing: ServerResponse, request: LiveRequest): Promise<void> {
    return this.#serve(outgoing, request, (outlet) => {
      const live: LiveConnection = new LiveConnection(outlet, {
        feed: this.feed,
        version: this.#options.version,
        watch: (sessionId, after) => this.#topics.watch(sessionId, everyStream, after, this.#readerIn(live)),
      })
      this.#lives.set(live.id, live)
      if (request.feed) live.watchFeed(request.feed.after)
      live.change({ add: request.sessions })
      return () => {
        this.#lives.delete(live.id)
        live.close()
      }
    })
  }

  async isAtEnd(sessionId: string, streamId: string, after: Cursor): Promise<boolean> {
    if (typeof after !== 'number' || streamId === everyStream) return false
    const { log } = this.#options
    const last = await log.lastOf(sessionId, streamId)
    return last?.type === 'turn_ended' && last.seq <= after && after <= (await log.head(sessionId))
  }

  change(connectionId: string, keyId: string, change: LiveChange): boolean {
    const live = this.#lives.get(connectionId)
    if (!live || live.outlet.keyId !== keyId) return false
    live.change(change)
    return true
  }

  closeKey(keyId: string): void {
    for (const outlet of this.#outlets) if (outlet.keyId === keyId) outlet.end()
  }

  removed(sessionId: string): void {
    this.#topics.gone(sessionId)
  }

  dropped(sessionId: string, streamId: string): void {
    this.#topics.gone(sessionId, streamId)
  }

  stats(): ReturnType<Hub['stats']> {
    const unsentBytes = [...this.#outlets].reduce((sum, outlet) => sum + outlet.unsent, 0)
    const connections = this.#outlets.size
    return { connections, subscriptions: this.#topics.count(), unsentBytes, resets: this.#resets }
  }

  close(): void {
    clearInterval(this.#pings)
    this.feed.close()
    for (const outlet of this.#outlets) outlet.end()
  }

  /** `begin` answers with what is to be done when the response is over. */
  async #serve(
    outgoing: ServerResponse,
    { keyId, signal }: { keyId: string; signal: AbortSignal },
    begin: (outlet: Outlet) => () => void,
  ): Promise<void> {
    const giveBack = this.#admission.take(keyId)
    const outlet = new Outlet(outgoing, keyId, this.#headers)
    const abort = () => outlet.end()
    this.#outlets.add(outlet)
    signal.addEventListener('abort', abort, { once: true })
    try {
      const finish = begin(outlet)
      if (signal.aborted) abort()
      await outlet.over
      finish()
    } finally {
      outlet.end()
      signal.removeEventListener('abort', abort)
      this.#outlets.delete(outlet)
      giveBack()
    }
  }

  /** A response with one stream ends with it. */
  #readerAlone(outlet: Outlet): Reader {
    const end = () => {
      outlet.sendKept()
      outlet.end()
    }
    return { ...this.#readerOn(outlet), streamEnded: end, gone: end }
  }

  #readerIn(live: LiveConnection): Reader {
    return { ...this.#readerOn(live.outlet), streamEnded: () => undefined, gone: (sessionId) => live.gone(sessionId) }
  }

  #readerOn(outlet: Outlet): Pick<Reader, 'outlet' | 'keep' | 'wasReset' | 'failed'> {
    return {
      outlet,
      keep: (chunk) => this.#ticker.keep(outlet, chunk),
      wasReset: () => {
        this.#resets++
      },
      failed: (error) => {
        this.#options.onError?.(error)
        outlet.end()
      },
    }
  }

  #tick(): void {
    this.#topics.tick()
    const fresh = this.feed.takeFresh()
    if (fresh.length === 0) return
    const chunk = chunkOfFrames(fresh)
    for (const live of this.#lives.values())
      if (live.followFeed(this.#feedPlace, this.feed.place)) this.#ticker.keep(live.outlet, chunk)
    this.#feedPlace = this.feed.place
  }

  /** Live connections say how far they have been sent; single streams just show that they are alive. */
  #ping(): void {
    const speaking = new Set<Outlet>()
    for (const live of this.#lives.values()) {
      live.ping()
      speaking.add(live.outlet)
    }
    for (const outlet of this.#outlets) if (!speaking.has(outlet) && outlet.hasRoom) outlet.send(pingComment)
  }
}
