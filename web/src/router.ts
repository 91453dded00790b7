/**
 * The address and the pane, kept in step, per tab: what another tab shows is its own affair. `/` projects into nothing
 * that runs; only `/session/<id>` is a way in.
 */
import { isId } from '../../shared/ids.ts'
import type { Route } from './state/pane.ts'

export interface Router {
  /** Takes a login code out of the address, where it must not stay; null: there is none. */
  takeCode(): string | null
  /** Shows what the address says. */
  start(): void
  navigate(route: Route, options?: { replace?: boolean }): void
}

export interface RouterParts {
  readonly window: Window
  /** The address changed: by `navigate`, a link, Back or Forward. */
  readonly onRoute: (route: Route) => void
  /** An address with a login code was opened in this very page. */
  readonly onCode: (code: string) => void
  readonly signal: AbortSignal
}

export function createRouter({ window, onRoute, onCode, signal }: RouterParts): Router {
  const { history, location, document } = window
  const current = () => routeOf(location.pathname)

  const navigate: Router['navigate'] = (route, { replace = false } = {}) => {
    const path = pathOf(route)
    if (replace) history.replaceState(null, '', path)
    else if (path !== location.pathname) history.pushState(null, '', path)
    onRoute(route)
  }

  const takeCode = () => {
    const code = codeOf(location.hash)
    if (code !== null) history.replaceState(history.state, '', location.pathname + location.search)
    return code
  }
  const onHash = () => {
    const code = takeCode()
    if (code !== null) onCode(code)
  }

  const onClick = (event: MouseEvent) => {
    const url = linkOf(event, location)
    if (!url) return
    event.preventDefault()
    navigate(routeOf(url.pathname))
  }

  window.addEventListener('popstate', () => onRoute(current()), { signal })
  window.addEventListener('hashchange', onHash, { signal })
  document.addEventListener('click', onClick, { signal })
  return { takeCode, start: () => onRoute(current()), navigate }
}

export function pathOf(route: Route): string {
  if (route.name === 'session') return `/session/${route.sessionId}`
  return route.name === 'settings' ? '/settings' : '/'
}

/** An address that is none is Home. An ill-formed id is a session that is missing; it is not to be asked for. */
export function routeOf(path: string): Route {
  if (path === '/settings') return { name: 'settings' }
  const sessionId = /^\/session\/([^/]+)\/?$/.exec(path)?.[1]
  return sessionId === undefined ? { name: 'home' } : { name: 'session', sessionId }
}

export function isWellFormed(route: Route): boolean {
  return route.name !== 'session' || isId('ses', route.sessionId)
}

export function codeOf(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('code')
}

/** The page's own link that was plainly clicked; all others are the browser's. */
function linkOf(event: MouseEvent, location: Location): URL | null {
  if (event.defaultPrevented || event.button !== 0) return null
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null
  const link = (event.target as Element | null)?.closest?.<HTMLAnchorElement>('a[href]')
  if (!link || link.target || link.hasAttribute('download')) return null
  const url = new URL(link.href)
  const isPage = url.origin === location.origin && !url.pathname.startsWith('/api/') && !url.hash
  return isPage ? url : null
}
