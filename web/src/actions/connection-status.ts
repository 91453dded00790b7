/** Turns the live connection's ups and downs into what is shown: most losses are over before they are worth a word. */
import type { ConnectionStatus, Shelf } from '../state/shelf.ts'
import { bannerAfterMs } from './limits.ts'

/** `unauthorized`: there is no connection because there is no key. */
type Status = ConnectionStatus['state'] | 'unauthorized'

export function createConnectionStatus(shelf: Shelf, now: () => number): (status: Status) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const show = () => {
    stop()
    // Without a key nothing is lost: the login says what is missing.
    if (shelf.key !== 'none') shelf.setConnection({ ...shelf.connection, banner: true })
  }
  return (status) => {
    if (status === 'live') {
      stop()
      shelf.setConnection({ state: 'live', since: now(), banner: false })
    } else if (status === 'unauthorized') {
      stop()
      shelf.setConnection({ state: 'connecting', since: 0, banner: false })
    } else {
      const { state, since, banner } = shelf.connection
      const sinceNow = state === 'live' ? now() : since || now()
      shelf.setConnection({ state: status, since: sinceNow, banner })
      timer ??= setTimeout(show, bannerAfterMs)
    }
  }
}
