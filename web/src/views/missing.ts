/** A chat that is not there: never was, or deleted. Which of the two is nobody's business but its owner's. */
import { h } from '../dom/h.ts'

export function createMissing(drawerButton: HTMLElement): HTMLElement {
  return h(
    'section',
    { class: 'missing', aria: { label: 'Chat not found' } },
    h('header', { class: 'pane-head is-bare' }, drawerButton),
    h(
      'div',
      { class: 'missing-card' },
      h('h1', { text: 'There is no such chat' }),
      h('p', { text: 'It was deleted, or the address is not whole. All that there are stand on the left.' }),
      h('a', { class: 'btn', href: '/', text: 'Start a new chat' }),
    ),
  )
}
