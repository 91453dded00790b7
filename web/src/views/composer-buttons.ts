/**
 * Send and Stop share one place:
 *
 *   idle: Send · runs, nothing typed: Stop · runs, something typed: Stop, Queue · stopping: Stopping…
 */
import { h, setAttr, setText } from '../dom/h.ts'
import { keysLabel } from '../dom/keys.ts'

export interface ButtonState {
  readonly busy: boolean
  readonly stopping: boolean
  readonly sending: boolean
  readonly canStop: boolean
  readonly hasText: boolean
}

export function createSendButtons(onSend: () => void, onStop: () => void) {
  const key = (keys: string) => h('kbd', { text: keysLabel(keys), aria: { hidden: true } })
  const sendWords = h('span', { text: 'Send' })
  const stopWords = h('span', { text: 'Stop' })
  const square = h('span', { class: 'stop-square', aria: { hidden: true } })
  const click = (press: () => void) => ({ type: 'button', on: { click: press } })
  const stop = h('button', { class: 'btn stop', ...click(onStop) }, square, stopWords, key('Escape'))
  const send = h('button', { class: 'btn btn-primary send', ...click(onSend) }, sendWords, key('Enter'))
  return {
    dom: h('span', { class: 'composer-buttons' }, stop, send),
    stop,
    update({ busy, stopping, sending, canStop, hasText }: ButtonState) {
      setAttr(stop, 'hidden', !busy)
      setAttr(stop, 'disabled', stopping || !canStop)
      setText(stopWords, stopping ? 'Stopping…' : 'Stop')
      setAttr(send, 'hidden', busy && !hasText)
      setAttr(send, 'disabled', sending || !hasText)
      setText(sendWords, busy ? 'Queue' : 'Send')
    },
  }
}
