/** The panes of the sessions visited last, whole, so that coming back to one is putting its nodes into the page again. */
import type { Kit } from './kit.ts'
import { createPane, type Pane } from './pane.ts'

/** Each holds the nodes of what was read in it; a handful is what a person goes to and fro between. */
const keptPanes = 5

export interface Panes {
  /** Shows the pane of this session; `put` brings it into the page. */
  enter(sessionId: string, put: (dom: HTMLElement) => void): void
  /** What is shown is about to leave the page. */
  leave(): void
}

export function createPanes(kit: Kit, drawerButton: () => HTMLElement): Panes {
  /** The one visited last is at the end. */
  const panes = new Map<string, Pane>()
  let current: Pane | null = null

  const take = (sessionId: string): Pane => {
    const pane = panes.get(sessionId) ?? createPane(kit, sessionId, drawerButton())
    panes.delete(sessionId)
    panes.set(sessionId, pane)
    for (const [id, old] of panes) {
      if (panes.size <= keptPanes) break
      old.destroy()
      panes.delete(id)
    }
    return pane
  }
  return {
    enter(sessionId, put) {
      current = take(sessionId)
      put(current.dom)
      current.show()
    },
    leave() {
      current?.hide()
      current = null
    },
  }
}
