/** On a phone the sidebar is a drawer: it closes when something was picked in it, and takes the keyboard while it is open. */
import { childLife } from '../actions/life.ts'
import { h, setAria, setAttr, setClass } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import type { Kit } from './kit.ts'

export interface Drawer {
  /** A button of its own for each head that shows it. */
  button(): HTMLElement
  open(): void
  close(): void
}

export function createDrawer({ keys, signal }: Kit, app: HTMLElement, sidebar: HTMLElement): Drawer {
  // Asked for, not kept: each head has its button, and a list of them would hold every pane that ever was.
  const buttons = () => [...app.querySelectorAll<HTMLElement>('.drawer-button')]
  const narrow = matchMedia('(max-width: 700px)')
  let opened: AbortController | null = null

  const draw = () => {
    const isOpen = opened !== null
    setClass(app, 'has-drawer', isOpen)
    setAttr(sidebar, 'inert', narrow.matches && !isOpen)
    for (const button of buttons()) setAria(button, 'expanded', isOpen)
  }
  const open = () => {
    if (opened || !narrow.matches) return
    opened = childLife(signal)
    // Bound only while it is open, so that it is asked before what stops a run.
    keys.bind({ keys: 'Escape', label: 'Close the list of chats', whileTyping: true, run: close }, opened.signal)
    // Whoever goes on past its end with the keyboard is in the page again, not behind a veil.
    const onFocus = ({ target }: FocusEvent) => {
      if (target instanceof Element && target.closest('.main')) close()
    }
    app.addEventListener('focusin', onFocus, { signal: opened.signal })
    draw()
    sidebar.querySelector<HTMLElement>('a, button')?.focus()
  }
  const close = () => {
    const hadFocus = sidebar.contains(document.activeElement)
    opened?.abort()
    opened = null
    draw()
    if (hadFocus && narrow.matches) buttons()[0]?.focus()
  }
  narrow.addEventListener('change', close, { signal })
  draw()
  return {
    open,
    close,
    button() {
      const button = h('button', {
        class: 'icon-btn drawer-button',
        type: 'button',
        aria: { label: 'Chats', controls: 'sidebar', expanded: false },
        on: { click: () => (opened ? close() : open()) },
      })
      button.append(icon('menu'))
      return button
    },
  }
}
