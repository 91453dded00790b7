/** When something was decided: the time of day, exact on hover. */
import { h } from '../../dom/h.ts'
import { exact } from '../../dom/time.ts'

const format = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })

export function timeOf(at: string): HTMLElement {
  return h('time', { class: 'outcome-time', datetime: at, title: exact(at), text: format.format(new Date(at)) })
}
