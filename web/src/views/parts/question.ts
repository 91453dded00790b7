/** A question of the agent's: its form, or, answered, one quiet line. A choice between a few is a press, not a form. */
import type { Question } from '../../../../shared/model.ts'
import { focusPlace, holdFocus } from '../../dom/focus.ts'
import { h, setText } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'
import type { View } from '../../dom/reconcile.ts'
import type { PartContext } from './context.ts'
import { timeOf } from './outcome-time.ts'
import { createAnswerForm } from './question-form.ts'

export interface QuestionItem {
  readonly question: Question
  readonly position: string | null
}

export function createQuestion(context: PartContext, first: Question): View<QuestionItem> {
  const dom = h('div', { class: 'question', 'data-pending': first.id })
  let card: QuestionCard | null = null
  let drawn: Question | null = null
  return {
    dom,
    update({ question, position }) {
      if (question.state === 'pending') {
        if (!card) {
          card = createQuestionCard(context, question)
          dom.replaceChildren(card.dom)
        }
        card.place(position)
      } else if (question !== drawn) {
        const line = answerLine(question)
        const hadFocus = card?.hasFocus() ?? false
        card?.destroy()
        card = null
        dom.replaceChildren(line)
        if (hadFocus) focusPlace(line)
      }
      drawn = question
    },
    destroy: () => card?.destroy(),
  }
}

interface QuestionCard {
  readonly dom: HTMLElement
  place(position: string | null): void
  hasFocus(): boolean
  destroy(): void
}

function createQuestionCard(context: PartContext, question: Question): QuestionCard {
  const position = h('span', { class: 'ask-position' })
  const titleId = `title-of-${question.id}`
  const form = createAnswerForm(context, question)
  const dom = h(
    'section',
    { class: 'ask is-question', role: 'group', aria: { labelledby: titleId } },
    h(
      'header',
      { class: 'ask-head' },
      h('span', { class: 'ask-glyph', text: '?', aria: { hidden: true } }),
      h('h3', { id: titleId, text: question.message || `${context.actorName()} asks` }),
      h('span', { class: 'ask-meta' }, position),
    ),
    form.dom,
  )
  const life = new AbortController()
  return {
    dom,
    place: (words) => setText(position, words ?? ''),
    hasFocus: holdFocus(dom, life.signal),
    destroy() {
      life.abort()
      form.destroy()
    },
  }
}

function answerLine(question: Question): HTMLElement {
  const { answer, state } = question
  const by = question.resolvedBy ? ` by ${question.resolvedBy}` : ''
  const outcome =
    state === 'expired'
      ? `Not answered. ${question.reason ?? ''}`.trim()
      : answer?.action === 'accept'
        ? `Answered${by}`
        : `Declined${by}`
  const values = answer?.action === 'accept' ? Object.values(answer.content).flat().map(String).join(', ') : ''
  return h(
    'p',
    { class: 'outcome' },
    icon(state === 'expired' ? 'clock' : answer?.action === 'accept' ? 'check' : 'x'),
    h('span', { class: 'outcome-question', text: question.message }),
    values && h('strong', { class: 'outcome-answer', text: values }),
    h('span', { class: 'outcome-words', text: outcome }),
    question.resolvedAt && timeOf(question.resolvedAt),
  )
}
