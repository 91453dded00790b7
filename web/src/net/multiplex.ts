/**
 * One connection for any number of tabs. Each tab has its own cursor in each session it watches, and is given an event
 * only if it is the very next one after that cursor, so that every tab sees a dense sequence by construction: what is
 * earlier it has, what is later comes again.
 */
import { type Connect, createCarrier } from './carrier.ts'
import type { LiveStatus } from './connection.ts'
import { staleTabMs } from './limits.ts'
import type { ToWorker, WorkerPort } from './messages.ts'
import { createTabs, type Tab } from './tabs.ts'

export interface Multiplexer {
  attach(port: WorkerPort): void
  /** Forgets tabs that have been silent for long; they attach again when they speak. */
  sweep(): void
}

export function createMultiplexer(connect: Connect, now: () => number): Multiplexer {
  const tabs = createTabs()
  let status: LiveStatus = 'connecting'
  const tell = (told: LiveStatus) => {
    status = told
    for (const port of tabs.byPort.keys()) port.postMessage({ type: 'status', status })
  }
  const carrier = createCarrier(connect, tabs, tell)

  const join = (port: WorkerPort, visible: boolean) => {
    const before = tabs.byPort.get(port)
    tabs.byPort.set(port, { port, cursors: new Map(), visible, heardAt: now() })
    carrier.release(before?.cursors.keys() ?? [])
    // That a key did not count was true of that key; whoever is new finds out with its own.
    port.postMessage({ type: 'status', status: status === 'unauthorized' ? 'connecting' : status })
  }

  const forget = (tab: Tab) => {
    tabs.byPort.delete(tab.port)
    if (tabs.byPort.size > 0) return carrier.release(tab.cursors.keys())
    status = 'connecting'
    carrier.stop()
  }

  const receive = (tab: Tab, message: Exclude<ToWorker, { type: 'attach' }>) => {
    tab.heardAt = now()
    switch (message.type) {
      case 'start':
        carrier.start(message.feed)
        break
      case 'watch':
        tab.cursors.set(message.sessionId, message.after)
        carrier.carry(message.sessionId, message.after)
        break
      case 'unwatch':
        tab.cursors.delete(message.sessionId)
        carrier.release([message.sessionId])
        break
      case 'visible':
        tab.visible = message.visible
        carrier.release([])
        break
      case 'wake':
        carrier.check()
        break
      case 'alive':
        tab.port.postMessage({ type: 'alive' })
        break
      case 'login':
        carrier.renew()
        break
      case 'bye':
        forget(tab)
    }
  }

  return {
    attach(port) {
      port.onmessage = ({ data }) => {
        const tab = tabs.byPort.get(port)
        if (data.type === 'attach') join(port, data.visible)
        else if (tab) receive(tab, data)
        else if (data.type !== 'bye') port.postMessage({ type: 'forgotten' })
      }
    },
    sweep() {
      for (const tab of tabs.byPort.values()) if (now() - tab.heardAt > staleTabMs) forget(tab)
    },
  }
}
