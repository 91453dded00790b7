/** All chats: what needs the person, what runs, the rest by project. Each row draws itself; here is only their order. */
import { rovingFocus } from '../dom/focus.ts'
import { h, setAria, setAttr, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { keysLabel } from '../dom/keys.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { brandMark } from './brand.ts'
import type { Kit } from './kit.ts'
import { createRow, type RowKit } from './row.ts'
import { type SidebarItem, sidebarItems } from './sidebar-list.ts'

export interface Sidebar {
  readonly dom: HTMLElement
  focusSearch(): void
}

/** Ages are read at a glance: minutes are what they show. */
const agesEveryMs = 30_000

/** A screenful and more at first, as many in each frame after it: a thousand chats hold up nobody who looks at ten. */
const drawnAtOnce = 100

export function createSidebar(kit: Kit): Sidebar {
  const { state, signal } = kit
  let archiveOpen = false
  let drawn = drawnAtOnce
  const rowKit: RowKit = { ...kit, onAges: createAges(kit) }
  const list = h('div', { class: 'rows' })
  const redraw = () => kit.frame.schedule(list, draw)
  const search = createSearch(redraw, () => list.querySelector<HTMLElement>('.row-link')?.focus())
  const empty = createEmpty()
  const nav = h('nav', { class: 'sidebar-scroll', aria: { label: 'Chats' } }, list, empty.dom)
  const dom = h(
    'aside',
    { class: 'sidebar', id: 'sidebar', aria: { label: 'Sidebar' } },
    createTop(),
    h('div', { class: 'sidebar-find' }, icon('search'), search),
    nav,
    createBottom(kit),
  )
  const roving = rovingFocus(list, { selector: '.row-link', signal })

  const draw = () => {
    const { rows, shelf } = state
    const source = {
      sections: rows.sections(),
      rows: rows.all,
      projects: shelf.projects,
      filter: search.value,
      archiveOpen,
    }
    const items = sidebarItems(source)
    reconcile(list, items.slice(0, drawn), ({ key }) => key, create)
    roving.refresh()
    if (drawn < items.length) {
      drawn += drawnAtOnce
      redraw()
    }
    empty.update(shelf.isLoaded && items.length === 0, search.value)
  }
  const create = (item: SidebarItem): View<SidebarItem> => {
    if (item.kind === 'row') return createRow(rowKit, item.sessionId)
    if (item.kind === 'head') return createHead()
    return createArchive(() => {
      archiveOpen = !archiveOpen
      redraw()
    })
  }
  state.observe(['rows', 'projects'], draw, signal)
  redraw()
  return { dom, focusSearch: () => search.focus() }
}

/** `onDown`: into the list of what was found. */
function createSearch(onChange: () => void, onDown: () => void): HTMLInputElement {
  const onKeydown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && search.value !== '') {
      event.stopPropagation()
      search.value = ''
      onChange()
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault()
      onDown()
    }
  }
  const search = h('input', {
    class: 'sidebar-search',
    type: 'search',
    placeholder: 'Find a chat',
    autocomplete: 'off',
    spellcheck: 'false',
    aria: { label: 'Find a chat by its title' },
    on: { input: onChange, keydown: onKeydown },
  })
  return search
}

/** Row ages, all in one frame. */
function createAges({ frame, ticker, signal }: Kit): RowKit['onAges'] {
  const listeners = new Set<(nowMs: number) => void>()
  let lastMs = 0
  const tick = (nowMs: number) => {
    if (nowMs - lastMs < agesEveryMs) return
    lastMs = nowMs
    frame.schedule(listeners, () => {
      for (const listener of listeners) listener(nowMs)
    })
  }
  ticker.subscribe(tick, signal)
  return (listener, rowSignal) => {
    listeners.add(listener)
    rowSignal.addEventListener('abort', () => listeners.delete(listener), { once: true })
  }
}

function createTop(): HTMLElement {
  const brand = h('a', { class: 'brand', href: '/', title: 'Home' }, brandMark(), h('span', { text: 'Heddle' }))
  const title = `New chat (${keysLabel('N')})`
  const fresh = h('a', { class: 'icon-btn', href: '/', title, aria: { label: 'New chat' } }, icon('plus'))
  return h('div', { class: 'sidebar-top' }, brand, fresh)
}

function createBottom({ state, signal }: Kit): HTMLElement {
  const settings = h(
    'a',
    { class: 'sidebar-settings', href: '/settings' },
    icon('settings'),
    h('span', { text: 'Settings' }),
  )
  const mark = () => setAria(settings, 'current', state.pane.route.name === 'settings' ? 'page' : null)
  state.observe('pane', mark, signal)
  mark()
  return h('div', { class: 'sidebar-bottom' }, settings)
}

function createHead(): View<SidebarItem> {
  const text = h('span')
  const count = h('span', { class: 'section-count' })
  const dom = h('h2', { class: 'section-head' }, text, ' ', count)
  return {
    dom,
    update(item) {
      if (item.kind !== 'head') return
      setText(text, item.text)
      setText(count, item.count === null ? '' : String(item.count))
      setAttr(dom, 'class', `section-head is-${item.tone}`)
    },
  }
}

function createArchive(onPress: () => void): View<SidebarItem> {
  const text = h('span')
  const dom = h(
    'button',
    { class: 'section-head section-archive', type: 'button', on: { click: onPress } },
    icon('chevron-right'),
    text,
  )
  return {
    dom,
    update(item) {
      if (item.kind !== 'archive') return
      setText(text, `Archived ${item.count}`)
      setAria(dom, 'expanded', item.open)
    },
  }
}

function createEmpty() {
  const words = h('p')
  const start = h('a', { class: 'btn', href: '/', text: 'Start a chat' })
  const dom = h('div', { class: 'sidebar-empty', hidden: true }, words, start)
  return {
    dom,
    update(shown: boolean, filter: string) {
      setAttr(dom, 'hidden', !shown)
      setText(
        words,
        filter ? `No chat has “${filter}” in its title.` : 'Chats stand here, those that wait for you first.',
      )
      setAttr(start, 'hidden', filter !== '')
    },
  }
}
