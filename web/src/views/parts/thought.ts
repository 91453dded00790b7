/** Thinking, folded: `Thinking 0:07` while it lasts, `Thought for 12 s` after. Opened, it goes on being written. */
import type { Part } from '../../../../shared/model.ts'
import { h, setText } from '../../dom/h.ts'
import type { View } from '../../dom/reconcile.ts'
import { duration } from '../../dom/time.ts'
import { createMarkdown, type Markdown } from '../../markdown/markdown.ts'
import { type Clock, createClock } from './clock.ts'
import type { PartContext } from './context.ts'
import { createDisclosure } from './disclosure.ts'

export type ThoughtPart = Extract<Part, { type: 'thought' }>

export function createThought(context: PartContext, first: ThoughtPart): View<ThoughtPart> {
  let thought = first
  let text: Markdown | null = null
  let clock: Clock | null = null
  const words = h('span', { class: 'thought-words' })
  const drawBody = () => {
    if (!text) {
      text = createMarkdown()
      disclosure.body.append(text.dom)
    }
    text.update(thought.text, thought.endedAt !== null)
  }
  const disclosure = createDisclosure('thought', [words], drawBody)

  return {
    dom: disclosure.dom,
    update(next) {
      thought = next
      if (thought.endedAt === null) {
        clock ??= createClock(context, thought.startedAt)
        if (!clock.dom.isConnected) words.replaceChildren('Thinking ', clock.dom)
      } else {
        clock?.stop()
        clock = null
        setText(words, wordsAfter(Date.parse(thought.endedAt) - Date.parse(thought.startedAt)))
      }
      if (disclosure.isOpen()) drawBody()
    },
    destroy: () => clock?.stop(),
  }
}

function wordsAfter(durationMs: number): string {
  return durationMs < 1_000 ? 'Thought for a moment' : `Thought for ${duration(durationMs)}`
}
