/** What every view is given. Ids are never in it: a view gets those it is about as arguments, and keeps them. */
import type { Deps } from '../actions/deps.ts'
import { type Announcer, createAnnouncer } from '../dom/announce.ts'
import { createFrame, type Frame } from '../dom/frame.ts'
import { createKeys, type Keys } from '../dom/keys.ts'
import { createTicker, type Ticker } from '../dom/time.ts'

export interface Kit extends Deps {
  readonly frame: Frame
  readonly keys: Keys
  readonly announcer: Announcer
  readonly ticker: Ticker
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

export function createKit(deps: Deps, host: HTMLElement, onError: (error: unknown) => void): Kit {
  const { signal } = deps
  return {
    ...deps,
    frame: createFrame(onError, signal),
    keys: createKeys(document, signal),
    announcer: createAnnouncer(host, signal),
    ticker: createTicker(signal),
    now: () => performance.now(),
  }
}

/** A lifetime of its own that ends with another. */
export function childLife(parent: AbortSignal): AbortController {
  const life = new AbortController()
  if (parent.aborted) life.abort()
  else parent.addEventListener('abort', () => life.abort(), { once: true, signal: life.signal })
  return life
}

/** A press that means "here": not one that opens a new tab or window. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
}
