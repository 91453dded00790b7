/**
 * A message that waits: its words, which are edited where they stand, its place, and what else can be done with it.
 * By keyboard: Enter edits, Alt+↑ and Alt+↓ move, Delete takes it out.
 */
import type { QueuedMessage } from '../../../shared/model.ts'
import { previewOf } from '../../../shared/text.ts'
import { childLife } from '../actions/life.ts'
import { h, setAria, setAttr, setClass, setText } from '../dom/h.ts'
import { type IconName, icon } from '../dom/icons.ts'
import type { View } from '../dom/reconcile.ts'
import { doingOf } from '../state/doings.ts'
import { type Kit, tell } from './kit.ts'
import { watchDoing } from './parts/context.ts'
import { createQueueEditor } from './queue-editor.ts'

export interface QueuePlace {
  readonly item: QueuedMessage
  /** From 0, of `length`. */
  readonly index: number
  readonly length: number
}

export function createQueueItem(kit: Kit, sessionId: string, first: QueuePlace, signal: AbortSignal): View<QueuePlace> {
  const { actions, announcer, state, toasts } = kit
  const { messageId } = first.item
  const life = childLife(signal)
  let place = first
  let isBusy = false

  const move = (by: -1 | 1) => {
    const to = place.index + by
    if (to < 0 || to >= place.length) return
    announcer.say(`Moved to place ${to + 1} of ${place.length}.`)
    void tell(kit, actions.moveQueued(sessionId, messageId, to + 1))
  }
  const takeOut = async () => {
    if (isBusy) return
    const { text } = place.item
    const outcome = await actions.takeOut(sessionId, messageId)
    if (!outcome.ok) return toasts.show('error', outcome.failure.detail)
    const run = () => actions.giveBack(sessionId, text)
    toasts.show('info', 'Taken out of the queue.', { label: 'Keep as draft', run })
  }
  const sendNow = () => {
    if (!isBusy) void tell(kit, actions.sendNow(sessionId, messageId))
  }
  const said = h('span', { class: 'queue-words', dir: 'auto' })
  const words = h('button', { class: 'queue-text', type: 'button' }, said)
  const up = createAct('arrow-up', () => move(-1))
  const down = createAct('arrow-down', () => move(1))
  const now = h('button', { class: 'btn queue-now', type: 'button', text: 'Send now', on: { click: sendNow } })
  const out = createAct('x', () => void takeOut())
  const acts = h('span', { class: 'queue-acts' }, up, down, now, out)
  const line = h('div', { class: 'queue-line' }, icon('corner-down-right'), words, acts)
  const dom = h('li', { class: 'queue-item' }, line)
  const editor = createQueueEditor({ kit, sessionId, messageId, line, focusAfter: words })
  words.addEventListener('click', () => editor.open(place.item.text))
  line.addEventListener('keydown', (event) => {
    const deed = deedOf(event, words, { move, takeOut: () => void takeOut() })
    if (!deed) return
    event.preventDefault()
    event.stopPropagation() // what a key means to the page is not meant here
    deed()
  })
  const drawDoing = (busy: boolean) => {
    isBusy = busy
    setClass(dom, 'is-busy', busy)
  }
  watchDoing(state, doingOf.queued(messageId), drawDoing, life.signal)
  return {
    dom,
    update(next) {
      place = next
      const { text } = next.item
      setText(said, text)
      setAttr(words, 'title', 'Edit')
      const called = previewOf(text)
      setAria(words, 'label', `Edit: ${called}`)
      name(up, 'Move up', called, next.index > 0, next.length > 1)
      name(down, 'Move down', called, next.index < next.length - 1, next.length > 1)
      name(now, 'Send now', called)
      setAttr(now, 'title', 'What runs is stopped for it')
      name(out, 'Take out of the queue', called)
    },
    destroy() {
      editor.leave()
      life.abort()
    },
  }
}

function createAct(look: IconName, onPress: () => void): HTMLButtonElement {
  return h('button', { class: 'icon-btn', type: 'button', on: { click: onPress } }, icon(look))
}

/** Disabled by word only, so that the keyboard is not thrown out of a button at the end of its way. */
function name(button: HTMLElement, deed: string, called: string, can = true, shown = true): void {
  setAttr(button, 'title', deed)
  setAria(button, 'label', `${deed}: ${called}`)
  setAria(button, 'disabled', can ? null : true)
  setAttr(button, 'hidden', !shown)
}

interface Deeds {
  move(by: -1 | 1): void
  takeOut(): void
}

function deedOf(event: KeyboardEvent, words: HTMLElement, { move, takeOut }: Deeds): (() => void) | null {
  if (event.altKey && event.key === 'ArrowUp') return () => move(-1)
  if (event.altKey && event.key === 'ArrowDown') return () => move(1)
  return event.key === 'Delete' && event.target === words ? takeOut : null
}
