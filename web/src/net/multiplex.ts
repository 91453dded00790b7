/**
 * One connection for any number of tabs. Each tab has its own cursor in each session it watches, and is given an event
 * only if it is the very next one after that cursor, so that every tab sees a dense sequence by construction: what is
 * earlier it has, what is later comes again, because whoever is behind has the connection rewound to where they are.
 */
import type { ChangeLive, OpenLive } from '../../../shared/api.ts'
import type { Connection, ConnectionParts, LiveMessage, LiveStatus } from './connection.ts'
import { lowest, takes } from './cursors.ts'
import { carriedAtMost, staleTabMs } from './limits.ts'
import type { ToWorker, WorkerPort } from './messages.ts'

interface Tab {
  readonly port: WorkerPort
  /** The last event given of each session that it watches; `snapshot`: it waits for one. */
  readonly cursors: Map<string, number | 'snapshot'>
  visible: boolean
  heardAt: number
}

export interface Multiplexer {
  attach(port: WorkerPort): void
  /** Forgets tabs that have been silent for long; they attach again when they speak. */
  sweep(): void
}

type Connect = (parts: Pick<ConnectionParts, 'wanted' | 'onMessages' | 'onStatus'>) => Connection

export function createMultiplexer(connect: Connect, now: () => number): Multiplexer {
  const tabs = new Map<WorkerPort, Tab>()
  let feed: string | null = null
  let status: LiveStatus = 'connecting'
  /** Sessions asked for and not heard of since the last ping: to be behind its head is no loss yet. */
  const asked = new Set<string>()

  const cursorsOf = (id: string) => [...tabs.values()].flatMap((tab) => tab.cursors.get(id) ?? [])
  const watched = () => new Set([...tabs.values()].flatMap((tab) => [...tab.cursors.keys()]))
  const isVisible = () => [...tabs.values()].some((tab) => tab.visible)
  const tell = (told: LiveStatus) => {
    status = told
    for (const { port } of tabs.values()) port.postMessage({ type: 'status', status })
  }

  const add = (id: string, after: number | 'snapshot') => {
    asked.add(id)
    connection.change({ add: [{ id, after }] })
  }

  const wanted = (): OpenLive => {
    asked.clear()
    const sessions = [...watched()].slice(-carriedAtMost).map((id) => ({ id, after: lowest(cursorsOf(id)) }))
    // Who waits for a snapshot beside others who do not gets it by a second asking, so that those are not set back.
    const behind = sessions.filter(({ id, after }) => after !== 'snapshot' && cursorsOf(id).includes('snapshot'))
    queueMicrotask(() => {
      connection.change({ visible: isVisible() })
      for (const { id } of behind) add(id, 'snapshot')
    })
    return { ...(feed === null ? {} : { feed: { after: feed } }), sessions }
  }

  const catchUp = (heads: Record<string, number>) => {
    for (const id of watched()) {
      const head = heads[id] ?? Number.POSITIVE_INFINITY
      const cursors = cursorsOf(id)
      const after = cursors.includes('snapshot') ? 'snapshot' : lowest(cursors)
      if (!asked.has(id) && (after === 'snapshot' || after < head)) add(id, after)
    }
    asked.clear()
  }

  const onMessages = (messages: readonly LiveMessage[]) => {
    for (const message of messages) {
      if ('cursor' in message) feed = message.cursor
      if ('sessionId' in message) asked.delete(message.sessionId)
    }
    for (const { port, cursors } of tabs.values()) {
      const own = messages.filter((message) => takes(cursors, message))
      if (own.length > 0) port.postMessage({ type: 'messages', messages: own })
    }
    for (const message of messages) if (message.type === 'ping') catchUp(message.heads)
  }

  const connection = connect({ wanted, onMessages, onStatus: tell })

  const unwatch = (tab: Tab, id: string) => {
    tab.cursors.delete(id)
    if (!watched().has(id)) connection.change({ remove: [id] })
  }

  const forget = (tab: Tab) => {
    tabs.delete(tab.port)
    const remove = [...tab.cursors.keys()].filter((id) => !watched().has(id))
    const change: ChangeLive = { ...(remove.length > 0 ? { remove } : {}), visible: isVisible() }
    if (tabs.size > 0) return connection.change(change)
    feed = null
    status = 'connecting'
    connection.stop()
  }

  const join = (port: WorkerPort, visible: boolean) => {
    const known = tabs.get(port)
    tabs.set(port, { port, cursors: new Map(), visible, heardAt: now() })
    if (known) for (const id of known.cursors.keys()) if (!watched().has(id)) connection.change({ remove: [id] })
    port.postMessage({ type: 'status', status })
  }

  const receive = (tab: Tab, message: ToWorker) => {
    tab.heardAt = now()
    switch (message.type) {
      case 'start':
        feed ??= message.feed
        connection.start()
        break
      case 'watch':
        tab.cursors.set(message.sessionId, message.after)
        add(message.sessionId, message.after)
        break
      case 'unwatch':
        unwatch(tab, message.sessionId)
        break
      case 'visible':
        tab.visible = message.visible
        connection.change({ visible: isVisible() })
        break
      case 'wake':
        connection.check()
        break
      case 'alive':
        tab.port.postMessage({ type: 'alive' })
        break
      case 'login':
        connection.stop()
        if (feed === null) tell('connecting')
        else connection.start()
        break
      case 'bye':
        forget(tab)
    }
  }

  return {
    attach(port) {
      port.onmessage = ({ data }) => {
        const tab = tabs.get(port)
        if (data.type === 'attach') join(port, data.visible)
        else if (tab) receive(tab, data)
        else if (data.type !== 'bye') port.postMessage({ type: 'forgotten' })
      }
    },
    sweep() {
      for (const tab of tabs.values()) if (now() - tab.heardAt > staleTabMs) forget(tab)
    },
  }
}
