/**
 * What a part of a message gets at its creation, and keeps. It belongs to one session for as long as it lives; nothing in
 * it asks which session is on screen.
 */
import type { Answer, Permission, Question, Recovery } from '../../../../shared/model.ts'
import type { Frame } from '../../dom/frame.ts'
import { h, setAttr, setText } from '../../dom/h.ts'
import type { Ticker } from '../../dom/time.ts'
import type { Doings } from '../../state/doings.ts'
import type { Observable } from '../../state/observe.ts'

export interface PartContext {
  readonly sessionId: string
  readonly frame: Frame
  readonly ticker: Ticker
  readonly signal: AbortSignal
  readonly observe: Observable['observe']
  readonly doings: Pick<Doings, 'get'>
  /** Milliseconds of a clock that never goes back, for guards. */
  readonly now: () => number
  /** Who acts in this chat, for people: the provider's name. */
  readonly actorName: () => string
  /** The folder that the agent works in; paths below it are shown without it. */
  readonly cwd: () => string
  /** The permission and the question name their own session and stream. What becomes of it is among the doings. */
  readonly decide: (permission: Permission, optionId: string) => unknown
  readonly answer: (question: Question, answer: Answer) => unknown
}

export type RecoveryActionName = Recovery['nextActions'][number]['action']

type Doable = Pick<PartContext, 'observe' | 'doings'>

/** Draws what was asked for under this name and is under way or failed: at once, and whenever it changes. */
export function watchDoing(
  { observe, doings }: Doable,
  name: string,
  draw: (busy: boolean, problem: string) => void,
  signal: AbortSignal,
): void {
  const look = () => {
    const doing = doings.get(name)
    draw(doing?.state === 'busy', doing?.state === 'failed' ? doing.failure.detail : '')
  }
  observe(`doing:${name}`, look, signal)
  look()
}

/** The same for a decision: what was accepted stays busy, for the event that says so is on its way. */
export function watchDecision(
  context: Doable,
  name: string,
  draw: (busy: boolean, problem: string) => void,
  signal: AbortSignal,
): void {
  let wasBusy = false
  const look = (busy: boolean, problem: string) => {
    wasBusy = busy || (wasBusy && problem === '')
    draw(wasBusy, problem)
  }
  watchDoing(context, name, look, signal)
}

/** A sentence that is there only when something failed. */
export function createProblem(className = 'problem'): { dom: HTMLElement; say(text: string): void } {
  const dom = h('p', { class: className, role: 'alert', hidden: true })
  const say = (text: string) => {
    setText(dom, text)
    setAttr(dom, 'hidden', text === '')
  }
  return { dom, say }
}
