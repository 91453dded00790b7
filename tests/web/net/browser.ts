/**
 * A whole browser on one live connection, with nothing left to chance but the order: the server, the wire, the worker
 * and three tabs, joined by queues that the test empties as it likes.
 */
import type { ChangeLive } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Connection, ConnectionParts, LiveMessage } from '../../../web/src/net/connection.ts'
import type { TabPort, ToTab, ToWorker, WorkerPort } from '../../../web/src/net/messages.ts'
import { createMultiplexer, type Multiplexer } from '../../../web/src/net/multiplex.ts'
import { createState, type State } from '../../../web/src/state/state.ts'
import type { Chat } from '../state/world.ts'

/** As the hub does it: what is asked for is replayed, then live; adding again rewinds. */
class Wire implements Connection {
  private readonly parts: Pick<ConnectionParts, 'wanted' | 'onMessages' | 'onStatus'>
  private readonly chats: Map<string, Chat>
  private carried: Map<string, number> | null = null
  private isWanted = false
  private requests: ChangeLive[] = []
  private outgoing: LiveMessage[] = []
  private microtasks: ChangeLive[] = []

  constructor(parts: Wire['parts'], chats: Map<string, Chat>) {
    this.parts = parts
    this.chats = chats
  }

  start() {
    this.isWanted = true
  }
  stop() {
    this.isWanted = false
    this.cut()
  }
  check() {
    this.ping()
  }
  change(change: ChangeLive) {
    if (this.carried) this.requests.push(change)
    else this.microtasks.push(change)
  }

  open() {
    if (!this.isWanted || this.carried) return
    this.microtasks = []
    const { sessions } = this.parts.wanted()
    this.carried = new Map()
    this.outgoing = [{ type: 'hello', connectionId: 'c', version: '1' }]
    this.take({ add: sessions })
  }

  cut() {
    if (!this.carried) return
    this.carried = null
    this.outgoing = []
    this.requests = []
    this.parts.onStatus('lost')
  }

  /** The server takes the oldest change. */
  serve() {
    const request = this.requests.shift()
    if (request) this.take(request)
  }

  private take({ add = [], remove = [], ping }: ChangeLive) {
    for (const id of remove) this.carried?.delete(id)
    for (const { id, after } of add) {
      const chat = this.chats.get(id) as Chat
      if (after === 'snapshot') this.outgoing.push(chat.snapshot())
      else this.outgoing.push(...chat.events.slice(after))
      this.carried?.set(id, chat.events.length)
    }
    if (ping) this.ping()
  }

  publish(event: SessionEvent) {
    if (this.carried?.has(event.sessionId)) this.outgoing.push(event)
  }

  ping() {
    const heads = Object.fromEntries(
      [...(this.carried ?? [])].map(([id]) => [id, this.chats.get(id)?.events.length ?? 0]),
    )
    if (this.carried) this.outgoing.push({ type: 'ping', heads, feed: null })
  }

  /** One read of the worker's. */
  deliver(count: number) {
    const read = this.outgoing.splice(0, count)
    if (read.length > 0) this.parts.onMessages(read)
  }

  /** What must not happen, and does. */
  lose() {
    const at = this.outgoing.findIndex((message) => 'seq' in message)
    if (at >= 0) this.outgoing.splice(at, 1)
  }

  get isQuiet() {
    return this.requests.length + this.outgoing.length === 0
  }
}

export class Tab {
  readonly state: State
  /** Events that were not the very next one, nor known already. */
  gaps = 0
  private port: TabPort | null = null
  private toWorker: ToWorker[] = []
  private toTab: ToTab[] = []
  private workerPort: WorkerPort | null = null
  private readonly attachPort: (port: WorkerPort) => void

  constructor(attachPort: (port: WorkerPort) => void) {
    this.attachPort = attachPort
    this.state = createState({
      onDirty: () => undefined,
      onError: (error) => {
        throw error
      },
      onFeedReset: () => undefined,
      link: {
        watch: (sessionId, after) => this.port?.postMessage({ type: 'watch', sessionId, after }),
        unwatch: (sessionId) => this.port?.postMessage({ type: 'unwatch', sessionId }),
      },
      now: () => 0,
      pageVersion: '1',
    })
    this.attach()
  }

  attach() {
    this.toWorker = []
    this.toTab = []
    const toTab = this.toTab
    this.workerPort = { postMessage: (message) => toTab.push(message), onmessage: null }
    this.attachPort(this.workerPort)
    this.port = { postMessage: (message) => this.toWorker.push(message), onmessage: null }
    this.port.postMessage({ type: 'attach', visible: true })
    this.port.postMessage({ type: 'start', feed: '0' })
    this.state.follow.attach()
  }

  leave() {
    if (this.port) this.workerPort?.onmessage?.({ data: { type: 'bye' } })
    this.port = null
    this.toWorker = []
    this.toTab.length = 0
  }

  show(id: string | null) {
    this.state.pane.project(id === null ? { name: 'home' } : { name: 'session', sessionId: id })
    this.state.follow.sync()
  }

  /** One message each way, if there is one. */
  exchange() {
    const up = this.toWorker.shift()
    if (up) this.workerPort?.onmessage?.({ data: up })
    const down = this.toTab.shift()
    if (down?.type === 'messages') this.receive(down.messages)
    if (down?.type === 'forgotten') this.attach()
  }

  private receive(messages: readonly LiveMessage[]) {
    for (const message of messages) {
      const known = 'sessionId' in message ? this.state.INFLIGHT.get(message.sessionId) : undefined
      if (known && 'streamId' in message && message.seq > known.seq + 1) this.gaps++
      this.state.follow.receive([message])
    }
  }

  get isQuiet() {
    return this.toWorker.length + this.toTab.length === 0
  }
  get isHere() {
    return this.port !== null
  }
}

export class Browser {
  readonly tabs: readonly Tab[]
  readonly chats: readonly Chat[]
  readonly multiplexer: Multiplexer
  wire!: Wire
  now = 0

  constructor(chats: readonly Chat[], tabs = 3) {
    this.chats = chats
    const byId = new Map(chats.map((chat) => [chat.id, chat]))
    this.multiplexer = createMultiplexer(
      (parts) => {
        this.wire = new Wire(parts, byId)
        return this.wire
      },
      () => this.now,
    )
    this.tabs = Array.from({ length: tabs }, () => new Tab((port) => this.multiplexer.attach(port)))
  }

  say(chat: Chat, text: string) {
    if (chat.streamId === 'session') for (const event of chat.start()) this.wire.publish(event)
    this.wire.publish(chat.say(text))
  }

  /** All that is under way arrives; microtasks between, as there are in a browser. */
  async settle() {
    for (let round = 0; round < 200; round++) {
      this.wire.open()
      await Promise.resolve()
      this.wire.serve()
      this.wire.deliver(100)
      for (const tab of this.tabs) tab.exchange()
      if (this.wire.isQuiet && this.tabs.every((tab) => tab.isQuiet)) return
    }
    throw new Error('it never comes to rest')
  }
}
