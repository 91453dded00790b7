/**
 * What a row waits for, answered in the row: the whole command and its buttons, a question's choices or its one field. It
 * is the request itself that is answered, in its own stream; what is on screen has no part in it.
 */

import type { Permission, Question, Session } from '../../../shared/model.ts'
import { isPermission, type Pending } from '../../../shared/state.ts'
import { childLife } from '../actions/life.ts'
import { holdFocus } from '../dom/focus.ts'
import { h, setAttr, setText } from '../dom/h.ts'
import { doingOf } from '../state/doings.ts'
import type { Kit } from './kit.ts'
import { createPartContext } from './pane-context.ts'
import { choicesOf } from './parts/choices.ts'
import { createProblem, type PartContext, watchDecision } from './parts/context.ts'
import { createClickGuard } from './parts/guard.ts'
import { asksForFolders, exactSubject, folderReason, requestWords, subjectText } from './parts/permission-words.ts'
import { createAnswerForm } from './parts/question-form.ts'
import { longCommand, sizeOf, visibleText, warningOf } from './parts/visible-text.ts'

export interface RowNeed {
  readonly dom: HTMLElement
  update(session: Session): void
}

/** `onFocusLeft`: what had the keyboard is answered and gone. */
export function createRowNeed(kit: Kit, sessionId: string, signal: AbortSignal, onFocusLeft: () => void): RowNeed {
  const dom = h('div', { class: 'row-need', hidden: true })
  let shown: { id: string; life: AbortController; hasFocus: () => boolean } | null = null
  const count = h('p', { class: 'need-count' })
  const clear = () => {
    const hadFocus = shown?.hasFocus() ?? false
    shown?.life.abort()
    shown = null
    dom.replaceChildren()
    setAttr(dom, 'hidden', true)
    if (hadFocus) onFocusLeft()
  }
  return {
    dom,
    update({ pending }) {
      const [first] = pending
      if (!first) return shown ? clear() : undefined
      if (shown?.id !== first.id) {
        clear()
        const life = childLife(signal)
        shown = { id: first.id, life, hasFocus: holdFocus(dom, life.signal) }
        const context = createPartContext(kit, sessionId, life.signal)
        dom.append(...viewsOf(kit, context, first), count)
        setAttr(dom, 'hidden', false)
      }
      setText(count, pending.length > 1 ? `1 of ${pending.length}` : '')
      setAttr(count, 'hidden', pending.length < 2)
    },
  }
}

function viewsOf(kit: Kit, context: PartContext, pending: Pending): HTMLElement[] {
  return isPermission(pending) ? permissionViews(context, pending) : questionViews(kit, context, pending)
}

function permissionViews(context: PartContext, permission: Permission): HTMLElement[] {
  const guard = createClickGuard(context.now, context.signal)
  const problem = createProblem()
  const buttons = choicesOf(permission)
    .filter(({ kind }) => kind === 'allow_once' || kind === 'reject_once')
    .map(({ optionId, label, kind }) => {
      const button = h('button', {
        class: kind === 'allow_once' ? 'btn btn-primary' : 'btn',
        type: 'button',
        text: label,
      })
      button.addEventListener('click', () => guard.allows() && context.decide(permission, optionId))
      return button
    })
  const draw = (busy: boolean, sentence: string) => {
    for (const button of buttons) setAttr(button, 'disabled', busy)
    problem.say(sentence)
  }
  watchDecision(context, doingOf.permission(permission.id), draw, context.signal)
  return [
    ...subjectViews(context, permission),
    ...(permission.subject.diff ? [h('p', { class: 'need-note', text: 'Open the chat to see the change.' })] : []),
    h('div', { class: 'ask-actions' }, buttons),
    problem.dom,
  ]
}

/** A folder comes with what it is for: allowed, that may be done without another word. */
function subjectViews(context: PartContext, permission: Permission): HTMLElement[] {
  const words = requestWords(permission, context.actorName())
  const subject = subjectText(permission, context.cwd()) ?? permission.title
  if (!asksForFolders(permission)) return wholeText(subject, words, exactSubject(permission) ?? subject)
  const note = (text: string) => h('p', { class: 'need-note', text })
  const reason = folderReason(permission)
  const cause = reason ? [note(reason.words), ...wholeText(reason.text, reason.words, reason.text)] : []
  return [note(words), ...wholeText(subject, words, subject), ...cause]
}

function wholeText(text: string, name: string, exact: string): HTMLElement[] {
  const { nodes, marked } = visibleText(text)
  const title = exact === text ? name : exact
  return [
    h('pre', { class: 'need-command', dir: 'ltr', tabindex: 0, role: 'group', title, aria: { label: name } }, nodes),
    ...(text.length > longCommand ? [h('p', { class: 'need-note', text: sizeOf(text) })] : []),
    ...(marked > 0 ? [h('p', { class: 'command-warning', text: warningOf(marked) })] : []),
  ]
}

/** A form of several fields wants more room than a row has. */
function questionViews({ actions }: Kit, context: PartContext, question: Question): HTMLElement[] {
  const message = h('p', { class: 'need-message', dir: 'auto', text: question.message })
  if (Object.keys(question.schema.properties).length <= 1) {
    const form = createAnswerForm(context, question)
    context.signal.addEventListener('abort', form.destroy)
    return [message, form.dom]
  }
  const open = h('button', { class: 'btn', type: 'button', text: 'Open to answer' })
  open.addEventListener('click', () => actions.navigate({ name: 'session', sessionId: context.sessionId }))
  return [message, h('div', { class: 'ask-actions' }, open)]
}
