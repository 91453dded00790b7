/**
 * The panes of the sessions visited last, whole, so that coming back to one is putting its nodes into the page again. What
 * draws a conversation is a chunk of its own: Home comes first, and fetches it while nobody waits.
 */
import { childLife } from '../actions/life.ts'
import { h } from '../dom/h.ts'
import type { Kit } from './kit.ts'
import type { createPane, Pane } from './pane.ts'

/** Each holds the nodes of what was read in it; a handful is what a person goes to and fro between. */
const keptPanes = 5

export interface Panes {
  /**
   * Shows the pane of this session; `put` brings it into the page. `writes`: the focus was in what it takes the place
   * of, and would fall to the page; it goes to the pane's own composer.
   */
  enter(sessionId: string, put: (dom: HTMLElement) => void, writes: boolean): void
  /** What is shown is about to leave the page. */
  leave(): void
}

export function createPanes(kit: Kit, drawerButton: () => HTMLElement): Panes {
  /** The one visited last is at the end. */
  const panes = new Map<string, Pane>()
  const chunk = createChunk(kit)
  let current: Pane | null = null
  let wanted = ''

  const take = (sessionId: string, make: typeof createPane): Pane => {
    const pane = panes.get(sessionId) ?? make(kit, sessionId, drawerButton())
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
    enter(sessionId, put, writes) {
      wanted = sessionId
      const show = (make: typeof createPane) => {
        if (wanted !== sessionId) return
        current = take(sessionId, make)
        put(current.dom)
        current.show()
        if (writes) current.focus()
      }
      if (!chunk.now(show)) put(h('section', { class: 'pane', aria: { label: 'Chat', busy: true } }))
    },
    leave() {
      wanted = ''
      current?.hide()
      current = null
    },
  }
}

/** Fetched when first needed, or when Home stands and the page has nothing better to do. */
function createChunk({ state, toasts, signal }: Kit) {
  let make: typeof createPane | null = null
  let coming: Promise<boolean> | null = null
  /** False if it could not be had; then the next visit asks again. */
  const load = () => {
    coming ??= import('./pane.ts').then(
      (loaded) => {
        make = loaded.createPane
        return true
      },
      () => {
        coming = null
        return false
      },
    )
    return coming
  }
  // Waiting for the bootstrap is idle time too, but then this would come before the rows.
  const starting = childLife(signal)
  const loadWhenIdle = () => {
    if (!state.shelf.isLoaded) return
    starting.abort()
    if ('requestIdleCallback' in globalThis) requestIdleCallback(load)
    else setTimeout(load)
  }
  state.observe('rows', loadWhenIdle, starting.signal)
  return {
    /** At once if it is there: returns whether it is. */
    now(use: (made: typeof createPane) => void): boolean {
      if (make) {
        use(make)
        return true
      }
      void load().then((loaded) => {
        if (signal.aborted) return
        if (make) use(make)
        if (!loaded)
          toasts.show('error', 'A part of the page did not load. Load it again once the server can be reached.')
      })
      return false
    },
  }
}
