/**
 * An approval: what, where, by whom, whole; its buttons with their keys. Decided, it is one quiet line.
 *
 *   asked ──► deciding ──► (event) decided or expired: a line
 *     ▲          │ the request failed: said in the card, the buttons are back
 *     └──────────┘
 */
import type { Permission } from '../../../../shared/model.ts'
import { focusPlace, holdFocus } from '../../dom/focus.ts'
import { h, setAttr, setClass, setText } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'
import type { View } from '../../dom/reconcile.ts'
import { age, exact } from '../../dom/time.ts'
import { doingOf } from '../../state/doings.ts'
import { type Choice, choicesOf } from './choices.ts'
import { createProblem, type PartContext, watchDecision } from './context.ts'
import { createDiff } from './diff.ts'
import { createDisclosure } from './disclosure.ts'
import { createClickGuard } from './guard.ts'
import { timeOf } from './outcome-time.ts'
import {
  commandToShow,
  exactSubject,
  folderReason,
  outcomeWords,
  requestWords,
  subjectText,
} from './permission-words.ts'
import { furtherInput, ownWords, wholeInput } from './raw-input.ts'
import { plainTitle, relativePath } from './tool-words.ts'
import { commandBlock, visibleText } from './visible-text.ts'
import { isWholeFile } from './whole-file.ts'

export interface PermissionItem {
  readonly permission: Permission
  /** `1 of 2`; null where it stands alone. */
  readonly position: string | null
}

export interface PermissionView extends View<PermissionItem> {
  /** Presses the button that has this key; false if there is none. */
  press(keys: string): boolean
}

export function createPermission(context: PartContext, first: Permission): PermissionView {
  const dom = h('div', { class: 'permission', 'data-pending': first.id })
  let card: Card | null = null
  let drawn: Permission | null = null
  return {
    dom,
    press: (keys) => card?.press(keys) ?? false,
    update({ permission, position }) {
      if (permission.state === 'pending') {
        if (!card) {
          card = createCard(context, permission)
          dom.replaceChildren(card.dom)
        }
        card.place(position)
      } else if (permission !== drawn) {
        const line = outcomeLine(permission, context.cwd())
        // Decided, then delivered: the line is drawn anew, and keeps who stands on it.
        const hadFocus = card?.hasFocus() ?? dom.contains(document.activeElement)
        card?.destroy()
        card = null
        dom.replaceChildren(line)
        if (hadFocus) focusPlace(line)
      }
      drawn = permission
    },
    destroy: () => card?.destroy(),
  }
}

interface Card {
  readonly dom: HTMLElement
  press(keys: string): boolean
  place(position: string | null): void
  hasFocus(): boolean
  destroy(): void
}

export function createCard(context: PartContext, permission: Permission): Card {
  const life = new AbortController()
  const guard = createClickGuard(context.now, life.signal)
  const position = h('span', { class: 'ask-position' })
  const asked = h('time', { class: 'ask-age', datetime: permission.askedAt, title: exact(permission.askedAt) })
  const problem = createProblem()
  const words = requestWords(permission, context.actorName())
  const titleId = `title-of-${permission.id}`
  const decide = (choice: Choice) => {
    if (guard.allows()) context.decide(permission, choice.optionId)
  }
  const buttons = choicesOf(permission).map((choice) => ({ choice, dom: choiceButton(choice, () => decide(choice)) }))
  const dom = h(
    'section',
    { class: 'ask', role: 'group', aria: { labelledby: titleId } },
    h(
      'header',
      { class: 'ask-head' },
      h('span', { class: 'ask-glyph', text: '◆', aria: { hidden: true } }),
      h('h3', { id: titleId, text: words }),
      h('span', { class: 'ask-meta' }, position, asked),
    ),
    subjectViews(context, permission),
    h(
      'div',
      { class: 'ask-actions' },
      buttons.map((button) => button.dom),
    ),
    problem.dom,
  )
  const hasFocus = holdFocus(dom, life.signal)
  const draw = (busy: boolean, sentence: string) => {
    for (const button of buttons) setAttr(button.dom, 'disabled', busy)
    problem.say(sentence)
    if (sentence !== '' && hasFocus()) buttons[0]?.dom.focus()
  }
  watchDecision(context, doingOf.permission(permission.id), draw, life.signal)
  const tick = (nowMs: number) => setText(asked, ageWords(permission.askedAt, nowMs))
  context.ticker.subscribe(
    (nowMs) => context.frame.schedule(asked, () => tick(nowMs)),
    AbortSignal.any([life.signal, context.signal]),
  )
  tick(Date.now())
  return {
    dom,
    press(keys) {
      const found = buttons.find((button) => button.choice.keys === keys && !button.dom.disabled)
      if (found) decide(found.choice)
      return found !== undefined
    },
    place(words) {
      setText(position, words ? `${words} · ` : '')
      // The keys press the one that has waited longest; the others do not promise them.
      setClass(dom, 'is-later', words !== null && !words.startsWith('1 '))
    },
    hasFocus,
    destroy: () => life.abort(),
  }
}

function ageWords(askedAt: string, nowMs: number): string {
  const words = age(askedAt, nowMs)
  return words === 'now' ? 'just now' : `${words} ago`
}

function choiceButton(choice: Choice, onPress: () => void): HTMLButtonElement {
  const primary = choice.kind === 'allow_once'
  return h(
    'button',
    { class: primary ? 'btn btn-primary' : 'btn', type: 'button', on: { click: onPress } },
    choice.label,
    choice.keys && h('kbd', { text: choice.keys, aria: { hidden: true } }),
  )
}

function subjectViews(context: PartContext, permission: Permission): HTMLElement[] {
  const { subject } = permission
  const command = commandToShow(permission)
  const views: HTMLElement[] = []
  const { directories } = subject
  if (directories) views.push(commandBlock(directories.join('\n'), directories.length > 1 ? 'Folders' : 'Folder'))
  const reason = folderReason(permission)
  if (reason !== null) views.push(h('p', { class: 'ask-where', text: reason.words }))
  if (command !== null) views.push(commandBlock(command))
  if (subject.diff) views.push(askedDiff(subject.diff, subject.rawInput, context.cwd()))
  else if (subject.path !== undefined && !directories?.includes(subject.path))
    views.push(pathBlock(subject.path, context.cwd()))
  const words = ownWords(subject)
  if (words !== null) views.push(h('p', { class: 'ask-where' }, 'It says: ', visibleText(words).nodes))
  const further = furtherInput(permission)
  if (further !== null) views.push(commandBlock(further, 'Request'))
  if (views.length === 0) views.push(commandBlock(permission.title, 'Request'))
  const folder = subject.cwd ?? (command !== null ? context.cwd() : '')
  if (folder) views.push(h('p', { class: 'ask-where' }, 'in ', h('bdi', { text: folder })))
  const whole = wholeInput(permission)
  if (whole !== null) views.push(rawInput(whole))
  return views
}

function askedDiff(diff: NonNullable<Permission['subject']['diff']>, raw: unknown, cwd: string): HTMLElement {
  return createDiff(diff, cwd, { whole: true, numbered: isWholeFile(diff, raw) })
}

function pathBlock(path: string, cwd: string): HTMLElement {
  const block = commandBlock(relativePath(path, cwd), 'Path')
  setAttr(block, 'title', path)
  return block
}

/** All that was asked, as the agent sent it: nothing of a request is out of reach. */
function rawInput(whole: string): HTMLElement {
  const disclosure = createDisclosure('raw-input', ['Raw input'], () => {
    if (!disclosure.body.hasChildNodes()) disclosure.body.append(commandBlock(whole, 'Raw input'))
  })
  return disclosure.dom
}

function outcomeLine(permission: Permission, cwd: string): HTMLElement {
  const allowed = permission.options.find((option) => option.optionId === permission.optionId)?.kind.startsWith('allow')
  const glyph = permission.state === 'expired' ? 'clock' : allowed ? 'check' : 'x'
  const subject = subjectText(permission, cwd) ?? plainTitle(permission.title)
  return h(
    'p',
    { class: 'outcome' },
    icon(glyph),
    h('span', { class: 'outcome-words', text: outcomeWords(permission) }),
    h('code', { class: 'outcome-subject', title: exactSubject(permission) ?? subject, text: subject }),
    permission.resolvedAt && timeOf(permission.resolvedAt),
  )
}
