/** One line that opens below itself. The body is made when it is first opened, and keeps its nodes when it is closed. */
import { type Child, h, setAria, setAttr, setClass } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'

export interface Disclosure {
  readonly dom: HTMLElement
  /** The line: the caller's children stand after the mark that says open or closed. */
  readonly head: HTMLButtonElement
  readonly body: HTMLElement
  isOpen(): boolean
  setOpen(open: boolean): void
}

let disclosureCount = 0

export function createDisclosure(className: string, line: readonly Child[], onOpen: () => void): Disclosure {
  const id = `below-${++disclosureCount}`
  let open = false
  const setOpen = (next: boolean) => {
    open = next
    setAria(head, 'expanded', open)
    setClass(dom, 'is-open', open)
    if (open) onOpen()
    setAttr(body, 'hidden', !open)
  }
  const head = h(
    'button',
    { class: 'line', type: 'button', aria: { expanded: false, controls: id }, on: { click: () => setOpen(!open) } },
    h('span', { class: 'line-mark' }, icon('chevron-right')),
    ...line,
  )
  const body = h('div', { class: 'line-body', id, hidden: true })
  const dom = h('div', { class: className }, head, body)
  return { dom, head, body, isOpen: () => open, setOpen }
}
