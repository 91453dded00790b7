/** Wires the page: makes every object once, hands each what it needs, and starts. */
import { createActions } from './actions/actions.ts'
import { createBoot } from './actions/boot.ts'
import { createConnectionStatus } from './actions/connection-status.ts'
import { createDrafting } from './actions/drafting.ts'
import { createReadMarks } from './actions/read-marks.ts'
import { createFavicon } from './dom/favicon.ts'
import { createFrame } from './dom/frame.ts'
import { threadHue } from './dom/thread.ts'
import { createApi } from './net/api.ts'
import { createKeyStore } from './net/key-store.ts'
import { createLeftOvers } from './net/left-overs.ts'
import { createLive } from './net/live.ts'
import { watchPageLife } from './net/page-life.ts'
import { createPortOpener } from './net/port.ts'
import { createRouter, isWellFormed } from './router.ts'
import { pageMark } from './state/mark.ts'
import type { Route } from './state/pane.ts'
import { createState, type State } from './state/state.ts'
import { mountApp } from './views/app.ts'

/** Put in by the build. */
declare const __HEDDLE_VERSION__: string
declare const __LIVE_WORKER_URL__: string

const { signal } = new AbortController()
const onError = (error: unknown) => reportError(error)
const now = Date.now
const isVisible = () => document.visibilityState === 'visible'

const frame = createFrame(onError, signal)
const state: State = createState({
  onDirty: () => frame.schedule(state, state.flush),
  onError,
  onFeedReset: () => boot.run(),
  link: { watch: (...watched) => live.watch(...watched), unwatch: (sessionId) => live.unwatch(sessionId) },
  now,
  pageVersion: __HEDDLE_VERSION__,
  leftOvers: createLeftOvers(() => sessionStorage, onError),
})

const api = createApi({
  fetch: (...request) => fetch(...request),
  keys: createKeyStore(indexedDB),
  onUnauthorized: () => boot.unauthorized(),
  signal,
})
const boot = createBoot({
  state,
  api,
  onLoaded(feedCursor) {
    live.start(feedCursor)
    drafting.resume()
    openDraft({ anew: true })
  },
  onError,
  signal,
})
const showConnection = createConnectionStatus(state.shelf, now)
const live = createLive({
  openPort: createPortOpener(__LIVE_WORKER_URL__, onError),
  isVisible,
  onMessages: (messages) => state.follow.receive(messages),
  onStatus(status) {
    if (status === 'unauthorized') boot.unauthorized()
    else if (state.shelf.key === 'none') boot.run() // Another tab logged in.
    showConnection(status)
  },
  onAttach() {
    state.follow.attach()
    boot.run()
  },
  signal,
})

const drafting = createDrafting({ api, drafts: state.drafts, now, onError, signal })
const openDraft = (options: { anew: boolean }) => {
  const { route } = state.pane
  if (state.shelf.key !== 'held' || !isWellFormed(route) || route.name === 'settings') return
  void drafting.open(route.name === 'home' ? 'new' : route.sessionId, options)
}
const show = (route: Route) => {
  state.pane.project(route)
  if (route.name === 'session' && !isWellFormed(route)) state.pane.markMissing(route.sessionId)
  state.follow.sync()
  openDraft({ anew: false })
}
const router = createRouter({ window, onRoute: show, onCode: (code) => void actions.login(code), signal })
const actions = createActions({
  state,
  api,
  drafting,
  navigate: router.navigate,
  onLogin() {
    live.loggedIn()
    boot.run()
  },
  writeClipboard: (text) => navigator.clipboard.writeText(text),
  origin: location.origin,
  reload: () => location.reload(),
  onError,
})

const readMarks = createReadMarks({ state, markRead: actions.markRead, isVisible, signal })
watchPageLife({
  window,
  live,
  onVisible: () => readMarks.check(),
  onHidden: () => actions.saveDrafts(),
  signal,
})

const favicon = createFavicon(document.querySelector<HTMLLinkElement>('link[rel=icon]') as HTMLLinkElement, signal)
const showMark = () => {
  const mark = pageMark(state)
  document.title = mark.title
  favicon.show({ hue: mark.sessionId === null ? null : threadHue(mark.sessionId), state: mark.state })
}
state.observe(['title', 'pane'], showMark, signal)

mountApp(document.querySelector<HTMLElement>('#app') as HTMLElement, { state, actions, frame, signal })
router.start()
const code = router.takeCode()
if (code !== null) await actions.login(code)
live.attach()
