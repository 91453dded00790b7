/**
 * What a part of a message gets at its creation, and keeps. It belongs to one session for as long as it lives; nothing in
 * it asks which session is on screen.
 */
import type { Answer, Permission, Question, Recovery } from '../../../../shared/model.ts'
import type { Frame } from '../../dom/frame.ts'
import type { Ticker } from '../../dom/time.ts'
import type { Doing, Doings } from '../../state/doings.ts'
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

/**
 * Draws what was asked for and is under way or failed: at once, and whenever it changes. What was busy and did not fail
 * stays busy: the event that says so is on its way.
 */
export function watchDoing(
  context: Pick<PartContext, 'observe' | 'doings'>,
  name: string,
  draw: (busy: boolean, problem: string) => void,
  signal: AbortSignal,
): void {
  let before: Doing | null = null
  const look = () => {
    const doing = context.doings.get(name)
    const busy = doing?.state === 'busy' || (doing === null && before?.state === 'busy')
    draw(busy, doing?.state === 'failed' ? doing.failure.detail : '')
    before = doing
  }
  context.observe(`doing:${name}`, look, signal)
  look()
}
