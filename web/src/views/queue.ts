/** What is queued for a session: the messages in their order, and why they wait if they do. */
import type { Queue as QueueState } from '../../../shared/model.ts'
import { h, setAttr, setText } from '../dom/h.ts'
import { reconcile } from '../dom/reconcile.ts'
import { doingOf } from '../state/doings.ts'
import type { Kit } from './kit.ts'
import { createProblem, watchDoing } from './parts/context.ts'
import { createQueueItem, type QueuePlace } from './queue-item.ts'

const heldWords = {
  stopped: 'The queue waits because the chat was stopped.',
  error: 'The queue waits because the last turn failed.',
  interrupted: 'The queue waits because the last turn was interrupted.',
}

export interface QueueView {
  readonly dom: HTMLElement
  update(queue: QueueState): void
}

/** `leave`: where the keyboard goes when the last message is gone. */
export function createQueue(kit: Kit, sessionId: string, leave: () => void, signal: AbortSignal): QueueView {
  const list = h('ol', { class: 'queue-list' })
  const why = h('span', { class: 'queue-why' })
  const resume = h('button', { class: 'btn', type: 'button', text: 'Resume' })
  resume.addEventListener('click', () => void kit.actions.resumeQueue(sessionId), { signal })
  const problem = createProblem()
  const held = h('div', { class: 'queue-held', role: 'status', hidden: true }, why, problem.dom, resume)
  const dom = h('section', { class: 'queue', hidden: true, aria: { label: 'Queued messages' } }, held, list)
  const drawDoing = (busy: boolean, sentence: string) => {
    setAttr(resume, 'disabled', busy)
    problem.say(sentence)
  }
  watchDoing(kit.state, doingOf.queue(sessionId), drawDoing, signal)
  let drawn: QueueState | null = null
  return {
    dom,
    update(queue) {
      if (queue === drawn) return
      drawn = queue
      const keyboardAt = [...list.children].findIndex((item) => item.contains(document.activeElement))
      setAttr(held, 'hidden', queue.held === null)
      setText(why, queue.held ? heldWords[queue.held] : '')
      const { length } = queue.items
      const places = queue.items.map((item, index): QueuePlace => ({ item, index, length }))
      reconcile(
        list,
        places,
        ({ item }) => item.messageId,
        (place) => createQueueItem(kit, sessionId, place, signal),
      )
      setAttr(dom, 'hidden', length === 0)
      if (keyboardAt >= 0 && !list.contains(document.activeElement)) keepKeyboard(list, keyboardAt, leave)
    },
  }
}

/** The message that had the keyboard is gone: the one in its place has it now. */
function keepKeyboard(list: HTMLElement, index: number, leave: () => void): void {
  if (document.activeElement && document.activeElement !== document.body) return
  const next = list.children[Math.min(index, list.children.length - 1)]?.querySelector<HTMLElement>('.queue-text')
  if (next) next.focus()
  else leave()
}
