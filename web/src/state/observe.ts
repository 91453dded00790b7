/**
 * A tiny observable over string keys. Whoever changes something touches its key; whoever draws it observes the key.
 * Delivery is at the pace of the screen: the first touch calls `onDirty`, and whoever was injected there calls `flush`
 * in its next frame. A listener hears of a flush once, however many of its keys were touched.
 */
export type Key =
  /** What is on screen became another session, or another phase of the same. */
  | 'pane'
  /** Which rows there are, their order and their groups. */
  | 'rows'
  | 'providers'
  | 'projects'
  | 'settings'
  /** The live connection, the page's version, being logged in. */
  | 'connection'
  | 'notices'
  /** Title and badge of the page. */
  | 'title'
  /** The reduced state of a session: messages, what runs, pending, queue, runtime. */
  | `session:${string}`
  /** The row of a session. */
  | `row:${string}`
  /** The draft of a session, or of `new`, changed by something else than this composer. */
  | `draft:${string}`
  /** Something a person asked for is under way, failed, or is over: see `doings`. */
  | `doing:${string}`

/** The part of AbortSignal that is used here: this room is compiled without the DOM library. */
export interface Lifetime {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
}

export type Listener = (touched: ReadonlySet<Key>) => void

export interface Observable {
  /** Calls `listener` after each flush in which one of `keys` was touched, until `signal` aborts. */
  observe(keys: Key | readonly Key[], listener: Listener, signal: Lifetime): void
  touch(key: Key): void
  /** Delivers what was touched so far; what listeners touch is for the next flush. */
  flush(): void
}

/** `onError`: a listener that throws is told there, and keeps nobody else from hearing. */
export function createObservable(onDirty: () => void, onError: (error: unknown) => void): Observable {
  const listeners = new Map<Key, Set<Listener>>()
  let dirty = new Set<Key>()

  return {
    observe(keys, listener, signal) {
      if (signal.aborted) return
      // A wrapper of its own, so that the same function observed twice is two observers.
      const own: Listener = (touched) => {
        if (!signal.aborted) listener(touched)
      }
      const observed = typeof keys === 'string' ? [keys] : keys
      for (const key of observed) {
        const set = listeners.get(key) ?? new Set()
        listeners.set(key, set.add(own))
      }
      signal.addEventListener('abort', () => remove(listeners, observed, own), { once: true })
    },
    touch(key) {
      const first = dirty.size === 0
      dirty.add(key)
      if (first) onDirty()
    },
    flush() {
      const touched = dirty
      dirty = new Set()
      const due = new Set<Listener>()
      for (const key of touched) for (const listener of listeners.get(key) ?? []) due.add(listener)
      for (const listener of due) {
        try {
          listener(touched)
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}

function remove(listeners: Map<Key, Set<Listener>>, keys: readonly Key[], listener: Listener): void {
  for (const key of keys) {
    const set = listeners.get(key)
    set?.delete(listener)
    if (set?.size === 0) listeners.delete(key)
  }
}
