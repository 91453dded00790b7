/** The items of a menu: drawn by key, grouped, one of them active. The focus stays with the owner (`aria-activedescendant`). */
import { h, setAria, setAttr, setClass, setText } from './h.ts'
import { icon } from './icons.ts'
import { reconcile, type View } from './reconcile.ts'

export interface MenuItem {
  id: string
  label: string
  /** A second, quieter word. */
  detail?: string
  /** Items of one group stand under its name; give them next to each other. */
  group?: string
  icon?: () => Node
  /** Given on any item: the list is a choice of one, and the checked one is where it opens. */
  checked?: boolean
  disabled?: boolean
  danger?: boolean
  /** Its shortcut, as shown. */
  keys?: string
}

export interface MenuList {
  readonly dom: HTMLElement
  draw(items: readonly MenuItem[]): void
  /** Arrows, Home and End; false for any other key. */
  move(key: string): boolean
  /** The next item that begins with what was typed. */
  type(letter: string): void
  pick(): void
}

export interface MenuListOptions {
  id: string
  label: string
  choice: boolean
  /** Who holds the focus, if it is not the list itself. */
  owner?: HTMLElement
  onPick(item: MenuItem): void
}

/** Letters typed within this time are one word. */
const typeAheadMs = 700

/** Characters: from here on a label may not fit on its line. */
const longLabel = 40

type Row = { key: string; item?: MenuItem }

export function createMenuList({ id, label, choice, owner, onPick }: MenuListOptions): MenuList {
  const dom = h('div', { id, class: 'menu-list', role: choice ? 'listbox' : 'menu', tabindex: -1, aria: { label } })
  let items: readonly MenuItem[] = []
  let activeId: string | undefined
  let typed = { word: '', atMs: 0 }

  const pickable = () => items.filter((item) => !item.disabled)
  const elementId = (itemId: string) => `${id}-${itemId}`

  const activate = (itemId: string | undefined, reveal: boolean) => {
    activeId = itemId
    const activeElementId = itemId === undefined ? null : elementId(itemId)
    for (const element of dom.querySelectorAll('.menu-item')) {
      setClass(element, 'active', element.id === activeElementId)
      if (reveal && element.id === activeElementId) element.scrollIntoView({ block: 'nearest' })
    }
    setAria(owner ?? dom, 'activedescendant', activeElementId)
  }

  const createRow = (row: Row): View<Row> => {
    const { item } = row
    if (!item)
      return { dom: h('div', { class: 'menu-group', role: 'presentation', text: row.key.slice('group:'.length) }) }
    const view = createItem(elementId(item.id), choice)
    let latest = item
    view.dom.addEventListener('click', () => latest.disabled || onPick(latest))
    view.dom.addEventListener('pointermove', () => latest.disabled || activate(latest.id, false))
    const update = (next: Row) => {
      latest = next.item ?? latest
      view.update?.(latest)
    }
    return { dom: view.dom, update }
  }

  return {
    dom,
    draw(next) {
      items = next
      reconcile(dom, toRows(items), (row) => row.key, createRow)
      const stands = pickable().find((item) => item.id === activeId)
      activate((stands ?? pickable().find((item) => item.checked) ?? pickable()[0])?.id, true)
    },
    move(key) {
      const all = pickable()
      const at = all.findIndex((item) => item.id === activeId)
      const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
      const target = targets[key]
      if (target === undefined) return false
      activate(all.at(target % Math.max(1, all.length))?.id, true)
      return true
    },
    type(letter) {
      const nowMs = performance.now()
      const word = (nowMs - typed.atMs < typeAheadMs ? typed.word : '') + letter.toLowerCase()
      typed = { word, atMs: nowMs }
      const all = pickable()
      // A new word looks past the active item, a longer one may stay on it.
      const from = all.findIndex((item) => item.id === activeId) + (word.length === 1 ? 1 : 0)
      const found = [...all.slice(from), ...all.slice(0, from)].find((item) =>
        item.label.toLowerCase().startsWith(word),
      )
      if (found) activate(found.id, true)
    },
    pick() {
      const item = pickable().find((candidate) => candidate.id === activeId)
      if (item) onPick(item)
    },
  }
}

function toRows(items: readonly MenuItem[]): Row[] {
  const rows: Row[] = []
  let group: string | undefined
  for (const item of items) {
    if (item.group !== undefined && item.group !== group) rows.push({ key: `group:${item.group}` })
    group = item.group
    rows.push({ key: `item:${item.id}`, item })
  }
  return rows
}

function createItem(id: string, choice: boolean): View<MenuItem> {
  const label = h('span', { class: 'menu-label' })
  const detail = h('span', { class: 'menu-detail' })
  const keys = h('kbd')
  const mark = h('span', { class: 'menu-mark' }, icon('check'))
  const sign = h('span', { class: 'menu-icon', aria: { hidden: true } })
  const dom = h(
    'div',
    { id, class: 'menu-item', role: choice ? 'option' : 'menuitem' },
    sign,
    label,
    detail,
    keys,
    mark,
  )
  return {
    dom,
    update(item) {
      setText(label, item.label)
      setText(detail, item.detail ?? '')
      // What may be cut is whole under the pointer.
      setAttr(
        dom,
        'title',
        item.detail ? `${item.label}\n${item.detail}` : item.label.length > longLabel ? item.label : null,
      )
      setText(keys, item.keys ?? '')
      if (item.icon && !sign.hasChildNodes()) sign.append(item.icon())
      setAttr(sign, 'hidden', !item.icon)
      setAttr(detail, 'hidden', !item.detail)
      setAttr(keys, 'hidden', !item.keys)
      setAttr(mark, 'hidden', !choice)
      setClass(dom, 'checked', item.checked === true)
      setClass(dom, 'danger', item.danger === true)
      if (choice) setAria(dom, 'selected', item.checked === true)
      setAria(dom, 'disabled', item.disabled || null)
    },
  }
}
