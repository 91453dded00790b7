/** A small button that says what is chosen and opens the menu of what could be. */
import { h, setAttr, setText } from '../dom/h.ts'
import { type IconName, icon } from '../dom/icons.ts'
import { type MenuItem, openMenu } from '../dom/menu.ts'

export interface ChipMenu {
  readonly items: readonly MenuItem[]
  readonly search?: string
  readonly foot?: string
  onPick(id: string): void
}

export interface Chip {
  readonly dom: HTMLButtonElement
  update(text: string, title?: string): void
}

/** `label`: what it chooses, for those who hear it. `menu` is asked at each press, so it is never stale. */
export function createChip(label: string, menu: () => ChipMenu, signal: AbortSignal, glyph?: IconName): Chip {
  const text = h('span', { class: 'chip-text' })
  const dom = h(
    'button',
    { class: 'chip', type: 'button', aria: { haspopup: 'listbox', expanded: false } },
    glyph && icon(glyph),
    text,
    icon('chevron-down'),
  )
  const open = () => {
    const { items, search, foot, onPick } = menu()
    openMenu({
      anchor: dom,
      label,
      items,
      search,
      onPick,
      signal,
      foot: foot === undefined ? undefined : [h('p', { class: 'menu-note', text: foot })],
    })
  }
  dom.addEventListener('click', open, { signal })
  return {
    dom,
    update(words, title) {
      setText(text, words)
      setAttr(dom, 'title', title ?? null)
      setAttr(dom, 'aria-label', `${label}: ${words}`)
    },
  }
}
