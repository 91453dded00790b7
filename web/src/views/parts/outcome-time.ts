/** When something was decided: the time of day, exact on hover. */
import { h } from '../../dom/h.ts'
import { exact, timeOfDay } from '../../dom/time.ts'

export function timeOf(at: string): HTMLElement {
  return h('time', { class: 'outcome-time', datetime: at, title: exact(at), text: timeOfDay(at) })
}
