/**
 * Has the one connection carry what the tabs watch. Whoever is behind has it rewound to where they are; the others
 * take no harm, since each tab is given only what is next for it.
 */
import type { OpenLive } from '../../../shared/api.ts'
import type { Connection, ConnectionParts, LiveMessage, LiveStatus } from './connection.ts'
import { type Cursor, lowest, takes } from './cursors.ts'
import { carriedAtMost } from './limits.ts'
import type { Tabs } from './tabs.ts'

export type Connect = (parts: Pick<ConnectionParts, 'wanted' | 'onMessages' | 'onStatus'>) => Connection

export interface Carrier {
  /** Where the feed is; null: nobody has said yet where it begins. */
  feed: string | null
  /** Connects; the feed begins there, if it has not begun. */
  start(feed: string): void
  stop(): void
  /** With another key. */
  renew(): void
  check(): void
  /** From that cursor on, also if it is carried already. */
  carry(sessionId: string, after: Cursor): void
  /** Those of them that no tab watches any more, and whether any tab can be seen. */
  release(sessionIds: Iterable<string>): void
}

export function createCarrier(connect: Connect, tabs: Tabs, onStatus: (status: LiveStatus) => void): Carrier {
  /** Sessions asked for and not heard of since the last ping: to be behind its head is no loss yet. */
  const asked = new Set<string>()

  const carry = (id: string, after: Cursor) => {
    asked.add(id)
    connection.change({ add: [{ id, after }] })
  }

  const wanted = (): OpenLive => {
    asked.clear()
    const ids = [...tabs.watched()].slice(-carriedAtMost)
    const sessions = ids.map((id) => ({ id, after: lowest(tabs.cursorsOf(id)) }))
    // Who waits for a snapshot beside others who do not gets it by a second asking, so that those are not set back.
    const waiting = sessions.filter(({ id, after }) => after !== 'snapshot' && tabs.cursorsOf(id).includes('snapshot'))
    queueMicrotask(() => {
      connection.change({ visible: tabs.isVisible() })
      for (const { id } of waiting) carry(id, 'snapshot')
    })
    return { ...(carrier.feed === null ? {} : { feed: { after: carrier.feed } }), sessions }
  }

  const catchUp = (heads: Record<string, number>) => {
    for (const id of tabs.watched()) {
      const cursors = tabs.cursorsOf(id)
      const after = cursors.includes('snapshot') ? 'snapshot' : lowest(cursors)
      const isBehind = after === 'snapshot' || after < (heads[id] ?? Number.POSITIVE_INFINITY)
      if (isBehind && !asked.has(id)) carry(id, after)
    }
    asked.clear()
  }

  const onMessages = (messages: readonly LiveMessage[]) => {
    for (const message of messages) {
      if ('cursor' in message) carrier.feed = message.cursor
      if ('sessionId' in message) asked.delete(message.sessionId)
    }
    for (const { port, cursors } of tabs.byPort.values()) {
      const own = messages.filter((message) => takes(cursors, message))
      if (own.length > 0) port.postMessage({ type: 'messages', messages: own })
    }
    for (const message of messages) if (message.type === 'ping') catchUp(message.heads)
  }

  const connection = connect({ wanted, onMessages, onStatus })
  const carrier: Carrier = {
    feed: null,
    start(feed) {
      carrier.feed ??= feed
      connection.start()
    },
    stop() {
      carrier.feed = null
      connection.stop()
    },
    renew() {
      connection.stop()
      if (carrier.feed === null) onStatus('connecting')
      else connection.start()
    },
    check: () => connection.check(),
    carry,
    release(sessionIds) {
      const watched = tabs.watched()
      const remove = [...sessionIds].filter((id) => !watched.has(id))
      connection.change({ ...(remove.length > 0 ? { remove } : {}), visible: tabs.isVisible() })
    },
  }
  return carrier
}
