/**
 * The words of a queued message, edited where they stand: Enter keeps, Esc takes back. What was typed is never lost: if the
 * message has left the queue by then, the new words are put into the composer.
 */
import { leftQueue } from '../actions/queueing.ts'
import { h, setAttr } from '../dom/h.ts'
import type { Kit } from './kit.ts'
import { createProblem } from './parts/context.ts'

export interface QueueEditor {
  open(text: string): void
  /** The message is not in the queue any more. */
  leave(): void
}

export interface QueueEditorOptions {
  readonly kit: Kit
  readonly sessionId: string
  readonly messageId: string
  /** Stands back while it is edited. */
  readonly line: HTMLElement
  readonly focusAfter: HTMLElement
}

const tooLate = 'The message left the queue before it was changed. Your words are in the composer.'

export function createQueueEditor({ kit, sessionId, messageId, line, focusAfter }: QueueEditorOptions): QueueEditor {
  const { actions, toasts } = kit
  let form: Form | null = null
  let before = ''
  let isSaving = false
  let hasLeft = false

  const close = () => {
    if (!form) return
    const hadFocus = form.dom.contains(document.activeElement)
    form.dom.remove()
    form = null
    line.hidden = false
    if (hadFocus) focusAfter.focus()
  }
  const giveBack = (text: string) => {
    close()
    if (text.trim() === '' || text === before) return
    actions.giveBack(sessionId, text)
    toasts.show('warning', tooLate)
  }
  const save = async () => {
    if (!form || isSaving) return
    const text = form.field.value
    if (text === before) return close()
    if (text.trim() === '') return form.problem.say('Type something, or take the message out of the queue.')
    isSaving = true
    setAttr(form.field, 'readonly', true)
    const outcome = await actions.editQueued(sessionId, messageId, text)
    isSaving = false
    if (outcome.ok) return close()
    if (hasLeft || leftQueue.includes(outcome.failure.code)) return giveBack(text)
    setAttr(form?.field ?? line, 'readonly', false)
    form?.problem.say(outcome.failure.detail)
  }
  return {
    open(text) {
      if (form) return
      before = text
      form = createForm(text, () => void save(), close)
      line.before(form.dom)
      line.hidden = true
      form.field.focus()
    },
    leave() {
      hasLeft = true
      if (form && !isSaving) giveBack(form.field.value)
    },
  }
}

interface Form {
  readonly dom: HTMLElement
  readonly field: HTMLTextAreaElement
  readonly problem: ReturnType<typeof createProblem>
}

function createForm(text: string, onSave: () => void, onCancel: () => void): Form {
  const field = h('textarea', {
    class: 'field queue-field',
    rows: 1,
    dir: 'auto',
    enterkeyhint: 'done',
    autocomplete: 'off',
    aria: { label: 'Edit what is queued' },
  })
  field.value = text
  const problem = createProblem()
  const keep = h('button', { class: 'btn btn-primary', type: 'button', text: 'Save', on: { click: onSave } })
  const back = h('button', { class: 'btn', type: 'button', text: 'Cancel', on: { click: onCancel } })
  const dom = h('div', { class: 'queue-editor' }, field, problem.dom, h('span', { class: 'queue-acts' }, keep, back))
  dom.addEventListener('keydown', (event) => {
    event.stopPropagation() // the page's shortcuts are not meant: Esc here is no Stop
    // 229: a key that an input method has taken, where `isComposing` is already over (Safari).
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === 'Escape') {
      event.preventDefault()
      onCancel()
    } else if (event.key === 'Enter' && event.target === field && !event.shiftKey) {
      event.preventDefault()
      onSave()
    }
  })
  return { dom, field, problem }
}
