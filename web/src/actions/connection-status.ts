/** Turns the live connection's ups and downs into what is shown: most losses are over before they are worth a word. */
import type { ConnectionStatus, Shelf } from '../state/shelf.ts'
import { bannerAfterMs } from './limits.ts'

export function createConnectionStatus(shelf: Shelf, now: () => number): (status: ConnectionStatus['state']) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (status) => {
    if (status === 'live') {
      clearTimeout(timer)
      timer = undefined
      shelf.setConnection({ state: 'live', since: now(), banner: false })
      return
    }
    const { state, since, banner } = shelf.connection
    const sinceNow = state === 'live' ? now() : since || now()
    shelf.setConnection({ state: status, since: sinceNow, banner })
    timer ??= setTimeout(() => shelf.setConnection({ ...shelf.connection, banner: true }), bannerAfterMs)
  }
}
