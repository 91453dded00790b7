/** The form that answers a question, in its card and in its row alike. A choice between a few is a press, not a form. */
import type { Answer, Question, QuestionContent } from '../../../../shared/model.ts'
import { h, setAttr } from '../../dom/h.ts'
import { doingOf } from '../../state/doings.ts'
import { createProblem, type PartContext, watchDecision } from './context.ts'
import { createClickGuard } from './guard.ts'
import { createField, optionsOf } from './question-fields.ts'

export interface AnswerForm {
  readonly dom: HTMLElement
  destroy(): void
}

/** Where the schema asks for one choice of a few: its name and options. */
export function singleChoice(question: Question) {
  const properties = Object.entries(question.schema.properties)
  const [name, property] = properties[0] ?? []
  if (properties.length !== 1 || name === undefined || property?.type !== 'string') return null
  const options = optionsOf(property)
  return options.length > 0 && options.length <= 6 ? { name, options } : null
}

export function createAnswerForm(context: PartContext, question: Question): AnswerForm {
  const life = new AbortController()
  const guard = createClickGuard(context.now, life.signal)
  const problem = createProblem()
  const send = (answer: Answer) => {
    if (guard.allows()) context.answer(question, answer)
  }
  const decline = h('button', { class: 'btn', type: 'button', text: 'Decline' })
  decline.addEventListener('click', () => send({ action: 'decline' }))
  const choice = singleChoice(question)
  const body = choice ? pressForm(choice, decline, send) : fieldsForm(question, decline, problem.say, send)
  const dom = h('div', { class: 'answer' }, body, problem.dom)
  const draw = (busy: boolean, sentence: string) => {
    problem.say(sentence)
    for (const button of dom.querySelectorAll('button')) setAttr(button, 'disabled', busy)
  }
  watchDecision(context, doingOf.question(question.id), draw, life.signal)
  return { dom, destroy: () => life.abort() }
}

type Send = (answer: Answer) => void

function pressForm({ name, options }: NonNullable<ReturnType<typeof singleChoice>>, decline: HTMLElement, send: Send) {
  const buttons = options.map(({ value, label }) => {
    const button = h('button', { class: 'btn', type: 'button', text: label })
    button.addEventListener('click', () => send({ action: 'accept', content: { [name]: value } }))
    return button
  })
  decline.classList.add('is-decline')
  return h('div', { class: 'ask-actions' }, buttons, decline)
}

function fieldsForm(question: Question, decline: HTMLElement, say: (text: string) => void, send: Send) {
  const required = new Set(question.schema.required ?? [])
  const fields = Object.entries(question.schema.properties).map(([name, property]) => ({
    name,
    title: property.title ?? name,
    field: createField(name, property, required.has(name), question.id),
  }))
  const submit = h('button', { class: 'btn btn-primary', type: 'submit', text: 'Answer' })
  const form = h(
    'form',
    { class: 'answer-form' },
    fields.map(({ field }) => field.dom),
    h('div', { class: 'ask-actions' }, submit, decline),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const content: QuestionContent = {}
    for (const { name, title, field } of fields) {
      const value = field.read()
      if (value !== undefined) content[name] = value
      else if (required.has(name)) return say(`${title} is needed.`)
    }
    send({ action: 'accept', content })
  })
  return form
}
