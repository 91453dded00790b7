/**
 * The page: sidebar and what is on screen. A session's pane is kept for a while after it was left, so that coming back is
 * one frame; it is put aside whole, and what it is about never changes.
 */
import type { Deps } from '../actions/deps.ts'
import { h, setAttr } from '../dom/h.ts'
import { createBanner } from './banner.ts'
import { createDrawer, type Drawer } from './drawer.ts'
import { createHome } from './home.ts'
import { createKit, type Kit } from './kit.ts'
import { createLogin, type Login } from './login.ts'
import { createMissing } from './missing.ts'
import { createPanes } from './panes.ts'
import { createSettings, type SettingsView } from './settings.ts'
import { openShortcuts } from './shortcuts.ts'
import { createSidebar } from './sidebar.ts'
import { createSplitter } from './splitter.ts'
import { createToasts } from './toasts.ts'

export function mountApp(root: HTMLElement, deps: Deps): void {
  const toasts = createToasts(deps)
  const kit = createKit(deps, root, toasts)
  const { state, signal } = kit
  const app = createShell(kit, root)
  let login: Login | null = null
  root.append(createBanner(kit), app, toasts.dom)

  const draw = () => {
    const { key, settings } = state.shelf
    setAttr(document.documentElement, 'data-theme', settings.theme === 'system' ? null : settings.theme)
    setAttr(document.documentElement, 'data-density', settings.density)
    setAttr(app, 'hidden', key !== 'held')
    if (key === 'none' && !login) {
      login = createLogin(kit)
      app.before(login.dom)
      login.focus()
    } else if (key !== 'none' && login) {
      login.dom.remove()
      login = null
    }
  }
  state.observe(['connection', 'settings'], draw, signal)
  draw()
}

function createShell(kit: Kit, root: HTMLElement): HTMLElement {
  const sidebar = createSidebar(kit)
  sidebar.dom.append(createSplitter(kit, root))
  const main = h('main', { class: 'main' })
  const veil = h('div', { class: 'veil', aria: { hidden: true } })
  const app = h('div', { class: 'app' }, sidebar.dom, main, veil)
  const drawer = createDrawer(kit, app, sidebar.dom)
  veil.addEventListener('click', drawer.close, { signal: kit.signal })
  createScreen(kit, main, drawer)
  bindKeys(kit, () => {
    drawer.open()
    sidebar.focusSearch()
  })
  return app
}

function createScreen(kit: Kit, main: HTMLElement, drawer: Drawer): void {
  const { state, signal } = kit
  const home = createHome(kit, drawer.button())
  const panes = createPanes(kit, drawer.button)
  let settings: SettingsView | null = null
  let missing: HTMLElement | null = null
  let shown = ''
  // Where fingers write, a field that takes the focus brings up a keyboard over half of what one came to read.
  const hasKeyboard = matchMedia('(pointer: fine)')

  const put = (dom: HTMLElement) => main.replaceChildren(dom)
  const draw = () => {
    const { phase, sessionId } = state.S
    const wanted = phase === 'loading' || phase === 'ready' ? `session ${sessionId}` : phase
    if (wanted === shown) return
    shown = wanted
    const wasInside = main.contains(document.activeElement)
    drawer.close()
    panes.leave()
    if (phase === 'home') {
      put(home.dom)
      home.show()
    } else if (phase === 'settings') {
      settings ??= createSettings(kit, drawer.button())
      put(settings.dom)
      settings.show()
    } else if (phase === 'missing' || sessionId === null) {
      missing ??= createMissing(drawer.button())
      put(missing)
    } else panes.enter(sessionId, put, wasInside && hasKeyboard.matches)
  }
  state.observe('pane', draw, signal)
  draw()
}

function bindKeys(kit: Kit, search: () => void): void {
  const { keys, actions, signal } = kit
  keys.bind({ keys: '?', label: 'This list', run: () => openShortcuts(kit) }, signal)
  keys.bind({ keys: 'N', label: 'New chat', run: () => actions.navigate({ name: 'home' }) }, signal)
  keys.bind({ keys: 'Mod+K', label: 'Find a chat', whileTyping: true, run: search }, signal)
  keys.bind(
    { keys: 'Mod+,', label: 'Settings', whileTyping: true, run: () => actions.navigate({ name: 'settings' }) },
    signal,
  )
}
