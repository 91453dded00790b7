/** One message: what the person said as a bubble, what the agent did along its thread. Told only when it changed. */
import type { Message } from '../../../shared/model.ts'
import { h, setAria, setClass, setText } from '../dom/h.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { createFile } from './parts/file.ts'
import { itemsOf } from './parts/items.ts'
import { createPart, type PartHost } from './parts/part.ts'

export interface MessageItem {
  readonly message: Message
  /** The last message of a turn that runs. */
  readonly live: boolean
  /** Its turn runs and waits for nobody: the thread beside it moves. */
  readonly running: boolean
  /** Changes when what waits changed: the cards say "1 of 2". */
  readonly pending: unknown
}

export function createMessage(host: PartHost, { message }: MessageItem): View<MessageItem> {
  if (message.role === 'user') return { dom: createBubble(message) }
  return createAnswer(host)
}

function createBubble(message: Message): HTMLElement {
  const author = message.author && h('span', { class: 'bubble-author', text: message.author })
  const children = message.parts.map((part) => {
    if (part.type === 'text') return createPrompt(part.text)
    return part.type === 'file' ? createFile(part) : null
  })
  return h(
    'div',
    { class: 'bubble-row', id: message.id },
    h('div', { class: 'bubble' }, h('h2', { class: 'visually-hidden', text: 'You' }), author, children),
  )
}

/** From here on a prompt is folded: what was pasted into it would bury the answer. */
const longPrompt = { characters: 1_600, lines: 20 }

function createPrompt(text: string): HTMLElement {
  const words = h('p', { class: 'bubble-text', dir: 'auto', text })
  const isLong = text.length > longPrompt.characters || text.split('\n', longPrompt.lines + 1).length > longPrompt.lines
  if (!isLong) return words
  const more = h('button', { class: 'btn-quiet', type: 'button', aria: { expanded: false }, text: 'Show all of it' })
  const fold = h('div', { class: 'bubble-fold is-folded' }, words, more)
  more.addEventListener('click', () => {
    const folded = fold.classList.toggle('is-folded')
    setText(more, folded ? 'Show all of it' : 'Show less')
    setAria(more, 'expanded', !folded)
  })
  return fold
}

function createAnswer(host: PartHost): View<MessageItem> {
  const parts = h('div', { class: 'answer-parts' })
  const rail = h('div', { class: 'thread-line', aria: { hidden: true } })
  const dom = h('div', { class: 'answer-rail' }, rail, parts)
  let drawn: MessageItem | null = null
  return {
    dom,
    update(item) {
      if (
        drawn &&
        drawn.message === item.message &&
        drawn.live === item.live &&
        drawn.running === item.running &&
        drawn.pending === item.pending
      )
        return
      drawn = item
      setClass(rail, 'running', item.running)
      reconcile(
        parts,
        itemsOf(item.message, item.live),
        ({ key }) => key,
        (part) => createPart(host, part),
      )
    },
    destroy: () =>
      reconcile(
        parts,
        [] as ReturnType<typeof itemsOf>,
        ({ key }) => key,
        (part) => createPart(host, part),
      ),
  }
}
