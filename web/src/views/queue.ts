/** What is queued for a session: the messages in their order, and why they wait if they do. */
import type { QueuedMessage, Queue as QueueState } from '../../../shared/model.ts'
import { h, setAttr, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { doingOf } from '../state/doings.ts'
import type { Kit } from './kit.ts'
import { createProblem, watchDoing } from './parts/context.ts'

const heldWords = {
  stopped: 'The queue waits because the chat was stopped.',
  error: 'The queue waits because the last turn failed.',
  interrupted: 'The queue waits because the last turn was interrupted.',
}

export interface QueueView {
  readonly dom: HTMLElement
  update(queue: QueueState): void
}

export function createQueue(kit: Kit, sessionId: string, signal: AbortSignal): QueueView {
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
      setAttr(dom, 'hidden', queue.items.length === 0)
      setAttr(held, 'hidden', queue.held === null)
      setText(why, queue.held ? heldWords[queue.held] : '')
      reconcile(
        list,
        queue.items,
        ({ messageId }) => messageId,
        (item) => createItem(kit, sessionId, item),
      )
    },
  }
}

function createItem(kit: Kit, sessionId: string, { streamId, text }: QueuedMessage): View<QueuedMessage> {
  const words = h('span', { class: 'queue-text', dir: 'auto', text, title: text })
  const remove = h(
    'button',
    { class: 'icon-btn', type: 'button', title: 'Take out of the queue', aria: { label: 'Take out of the queue' } },
    icon('x'),
  )
  remove.addEventListener('click', () => void kit.actions.stop(sessionId, streamId))
  return {
    dom: h('li', { class: 'queue-item' }, icon('corner-down-right'), words, remove),
    update: (item) => setText(words, item.text),
  }
}
