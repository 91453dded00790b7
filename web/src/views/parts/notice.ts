/** A word from the runtime or from Heddle itself, between the agent's own. */
import type { Part } from '../../../../shared/model.ts'
import { h } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'

export type NoticePart = Extract<Part, { type: 'notice' }>

export function createNotice({ level, title, text }: NoticePart): HTMLElement {
  return h(
    'div',
    { class: `notice is-${level}`, role: 'note' },
    icon(level === 'info' ? 'info' : 'alert-triangle'),
    h('p', {}, title && h('strong', { text: title }), title && ' ', h('span', { text })),
  )
}
