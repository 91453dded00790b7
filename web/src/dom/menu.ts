/**
 * A list to pick from, beside what opened it: with a search field a combobox, without one a menu with type-ahead. The focus
 * stays on one element, so the list may change while it is open. On a phone the style sheet makes it a sheet at the bottom.
 */
import { rememberFocus } from './focus.ts'
import { type Child, h, setAria, setAttr } from './h.ts'
import { createMenuList, type MenuItem } from './menu-list.ts'
import { placeBeside } from './place.ts'

export type { MenuItem } from './menu-list.ts'

export interface MenuOptions {
  anchor: HTMLElement
  /** What is picked, for those who hear it: "Model". */
  label: string
  items: readonly MenuItem[]
  onPick(id: string): void
  /** The search field's placeholder; without it there is no field. */
  search?: string
  /** Shown when nothing is found. */
  empty?: string
  /** Under the list: a link to the settings, for instance. */
  foot?: readonly Child[]
  signal?: AbortSignal
  onClose?(): void
}

export interface Menu {
  readonly dom: HTMLElement
  update(items: readonly MenuItem[]): void
  close(): void
}

let menuCount = 0

export function openMenu(options: MenuOptions): Menu {
  const { anchor, label, foot } = options
  const life = new AbortController()
  const restoreFocus = rememberFocus()
  const id = `menu-${++menuCount}`
  let { items } = options

  const field = options.search === undefined ? undefined : searchField(options.search, label, id)
  const choice = field !== undefined || items.some((item) => item.checked !== undefined)
  const close = () => {
    if (life.signal.aborted) return
    const mayRestore = dom.contains(document.activeElement) || document.activeElement === document.body
    life.abort()
    dom.remove()
    setAria(anchor, 'expanded', false)
    if (mayRestore) restoreFocus()
    options.onClose?.()
  }
  const onPick = (item: MenuItem) => {
    close()
    options.onPick(item.id)
  }
  const list = createMenuList({ id, label, choice, owner: field, onPick })
  const empty = h('p', { class: 'menu-empty', role: 'status', text: options.empty ?? 'Nothing found.' })
  const dom = h(
    'div',
    { class: 'menu', popover: 'manual' },
    field,
    list.dom,
    empty,
    foot && h('div', { class: 'menu-foot' }, foot),
  )
  const draw = () => {
    const found = items.filter((item) => hasWords(item, field?.value ?? ''))
    list.draw(found)
    setAttr(empty, 'hidden', found.length > 0)
  }

  const host = anchor.closest('dialog') ?? document.body // what is outside an open modal dialog is inert
  host.append(dom)
  draw()
  dom.showPopover?.()
  placeBeside(dom, anchor, life.signal)
  ;(field ?? list.dom).focus({ preventScroll: true })
  setAria(anchor, 'expanded', true)
  field?.addEventListener('input', draw, { signal: life.signal })
  dom.addEventListener('keydown', (event) => onKey(event, list, field, close), { signal: life.signal })
  closeFromOutside(dom, anchor, close, life.signal)
  options.signal?.addEventListener('abort', close, { signal: life.signal })
  return {
    dom,
    close,
    update(next) {
      items = next
      draw()
    },
  }
}

function searchField(placeholder: string, label: string, listId: string): HTMLInputElement {
  return h('input', {
    class: 'menu-search',
    type: 'text',
    role: 'combobox',
    placeholder,
    autocomplete: 'off',
    spellcheck: 'false',
    aria: { label, controls: listId, expanded: true, autocomplete: 'list' },
  })
}

function hasWords(item: MenuItem, query: string): boolean {
  const text = `${item.label} ${item.detail ?? ''} ${item.group ?? ''}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

type List = ReturnType<typeof createMenuList>

function onKey(event: KeyboardEvent, list: List, field: HTMLInputElement | undefined, close: () => void): void {
  const onOwner = event.target === (field ?? list.dom)
  if (event.isComposing) return
  event.stopPropagation() // the page's shortcuts are not meant while a menu is open
  if (event.key === 'Escape') close()
  else if (!onOwner || event.ctrlKey || event.metaKey || event.altKey) return
  else if (event.key === 'Enter' || (event.key === ' ' && !field)) list.pick()
  else if (field && (event.key === 'Home' || event.key === 'End')) return
  else if (!list.move(event.key)) {
    if (!field && event.key.length === 1) list.type(event.key)
    return
  }
  event.preventDefault()
}

/** Our own light dismissal: with the browser's, a press on the anchor would close the menu and then open it again. */
function closeFromOutside(dom: HTMLElement, anchor: HTMLElement, close: () => void, signal: AbortSignal): void {
  const isOutside = (target: EventTarget | null) =>
    target instanceof Node && !dom.contains(target) && !anchor.contains(target)
  const onPress = (event: Event) => {
    if (isOutside(event.target)) close()
  }
  const onAnchorClick = (event: Event) => {
    close()
    event.stopImmediatePropagation()
  }
  document.addEventListener('pointerdown', onPress, { signal, capture: true })
  document.addEventListener('focusin', onPress, { signal })
  anchor.addEventListener('click', onAnchorClick, { signal, capture: true })
}
