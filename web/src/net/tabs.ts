/** The tabs of a browser, and where each is in the sessions that it watches. */
import type { Cursor } from './cursors.ts'
import type { WorkerPort } from './messages.ts'

export interface Tab {
  readonly port: WorkerPort
  /** The last event given of each session that it watches; `snapshot`: it waits for one. */
  readonly cursors: Map<string, Cursor>
  visible: boolean
  heardAt: number
}

export interface Tabs {
  readonly byPort: Map<WorkerPort, Tab>
  /** Of all tabs that watch it. */
  cursorsOf(sessionId: string): Cursor[]
  /** Sessions that any tab watches. */
  watched(): Set<string>
  isVisible(): boolean
}

export function createTabs(): Tabs {
  const byPort = new Map<WorkerPort, Tab>()
  const all = () => [...byPort.values()]
  return {
    byPort,
    cursorsOf: (sessionId) => all().flatMap(({ cursors }) => cursors.get(sessionId) ?? []),
    watched: () => new Set(all().flatMap(({ cursors }) => [...cursors.keys()])),
    isVisible: () => all().some(({ visible }) => visible),
  }
}
