/** What every view is given. Ids are never in it: a view gets those it is about as arguments, and keeps them. */
import type { Outcome } from '../actions/actions.ts'
import type { Deps } from '../actions/deps.ts'
import { type Announcer, createAnnouncer } from '../dom/announce.ts'
import { createKeys, type Keys } from '../dom/keys.ts'
import { createTicker, type Ticker } from '../dom/time.ts'
import type { Toasts } from './toasts.ts'

export interface Kit extends Deps {
  readonly keys: Keys
  readonly announcer: Announcer
  readonly ticker: Ticker
  readonly toasts: Toasts
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

export function createKit(deps: Deps, host: HTMLElement, toasts: Toasts): Kit {
  const { signal } = deps
  return {
    ...deps,
    keys: whileUncovered(createKeys(document, signal)),
    announcer: createAnnouncer(host, signal),
    ticker: createTicker(signal),
    toasts,
    now: () => performance.now(),
  }
}

/** While a dialog is open the page behind it takes no shortcut: Esc closes the dialog, and stops nothing. */
function whileUncovered(keys: Keys): Keys {
  return {
    list: keys.list,
    bind(shortcut, signal) {
      const run = (event: KeyboardEvent) => document.querySelector('dialog[open]') === null && shortcut.run(event)
      keys.bind({ ...shortcut, run }, signal)
    },
  }
}

/** Where nothing else on screen would say that it failed. */
export async function tell(
  { toasts }: Pick<Kit, 'toasts'>,
  asked: Promise<Outcome<unknown>>,
  done?: string,
): Promise<void> {
  const outcome = await asked
  if (!outcome.ok) toasts.show('error', outcome.failure.detail)
  else if (done) toasts.show('info', done)
}
