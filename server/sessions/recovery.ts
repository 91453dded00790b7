/** The card at a bad end: what happened, why, whether it is safe to try again, and what to press. Sentences for people. */
import type { Recovery, RecoveryAction, StopReason } from '../../shared/model.ts'
import type { LiveRun } from '../../shared/state.ts'
import type { RuntimeFailure } from '../runtimes/runtime.ts'
import type { GaveUp } from './retry.ts'

type Actions = Recovery['nextActions']
export type Interruption = 'crash' | 'shutdown'

const labels: Record<RecoveryAction, string> = {
  retry: 'Try again',
  continue: 'Continue',
  edit_and_retry: 'Edit and send again',
  switch_model: 'Choose another model',
  open_settings: 'Open settings',
  resume_queue: 'Resume the queue',
}
const actions = (...names: RecoveryAction[]): Actions => names.map((action) => ({ action, label: labels[action] }))
const noLoop = 'Nothing is tried again by itself.'

export function stopped(live: LiveRun): Recovery {
  const by = live.cancelRequestedBy
  return {
    status: 'Stopped',
    summary: by ? `${by} stopped this turn. What was said until then is kept.` : 'The agent ended this turn early.',
    rootCause: by ? 'A stop was asked for.' : 'The agent reported the turn as cancelled.',
    safeRetry: safety(live),
    stopCondition: 'It is over; the next message starts a new turn.',
    humanInputRequired: false,
    nextActions: actions('continue', 'edit_and_retry'),
  }
}

export function interrupted(live: LiveRun, how: Interruption): Recovery {
  const isCrash = how === 'crash'
  return {
    status: 'Interrupted',
    summary: `The server ${isCrash ? 'ended' : 'was stopped'} in the middle of this turn. What was said until then is kept.`,
    rootCause: isCrash ? 'Heddle’s server ended without warning.' : 'Heddle’s server was shut down.',
    safeRetry: isCrash && hasWorked(live) ? `${safety(live)} Effects near the end are unknown.` : safety(live),
    stopCondition: noLoop,
    humanInputRequired: true,
    nextActions: actions('continue', 'retry'),
  }
}

export function failed(live: LiveRun, failure: RuntimeFailure, gaveUp: GaveUp = 'final'): Recovery {
  const offered = failure.actions.length > 0 ? [...failure.actions] : actions('retry', 'edit_and_retry')
  return {
    status: 'Failed',
    summary: failure.summary,
    rootCause: failure.cause || failure.summary,
    safeRetry: safety(live),
    stopCondition: stopCondition(failure, gaveUp),
    humanInputRequired: failure.kind !== 'transient',
    nextActions: offered,
  }
}

function stopCondition({ retryAfterMs = 0 }: RuntimeFailure, gaveUp: GaveUp): string {
  switch (gaveUp) {
    case 'spent':
      return `It was tried four times. ${noLoop}`
    case 'effect':
      return `${noLoop} This turn had already said or done something.`
    case 'later':
      return `${noLoop} The service asks to wait ${Math.ceil(retryAfterMs / 60_000)} minutes.`
    case 'final':
      return noLoop
  }
}

/** A person allowed it, and the agent was gone before it could be told. */
export function notDelivered(live: LiveRun, titles: readonly string[], recovery: Recovery): Recovery {
  return {
    ...recovery,
    status: 'Not delivered',
    summary: 'Allowed, but nothing was run: the agent was gone before it could be told.',
    rootCause: `${titles.join('; ')}. ${recovery.rootCause}`,
    safeRetry: safety(live),
    humanInputRequired: true,
  }
}

/** The runtime ended the turn itself, but not because it was done; null where it was. */
export function cutShort(live: LiveRun, stopReason: StopReason): Recovery | null {
  const text = endings[stopReason]
  if (!text) return null
  const [status, summary, rootCause, ...names] = text
  const safeRetry = safety(live)
  const rest = { stopCondition: noLoop, humanInputRequired: true, nextActions: actions(...names) }
  return { status, summary, rootCause, safeRetry, ...rest }
}

const endings: Partial<Record<StopReason, [string, string, string, ...RecoveryAction[]]>> = {
  max_tokens: [
    'Cut off',
    'The answer reached the model’s length limit.',
    'The model may not say more in one turn.',
    'continue',
    'switch_model',
  ],
  max_turn_requests: [
    'Cut off',
    'The agent reached its limit of steps in one turn.',
    'The agent may not take more steps in one turn.',
    'continue',
  ],
  refusal: [
    'Refused',
    'The model refused to go on.',
    'The model or its service declined this request.',
    'edit_and_retry',
    'switch_model',
  ],
}

export function withQueue(recovery: Recovery): Recovery {
  if (recovery.nextActions.some(({ action }) => action === 'resume_queue')) return recovery
  return { ...recovery, nextActions: [...recovery.nextActions, ...actions('resume_queue')] }
}

function safety(live: LiveRun): string {
  return hasWorked(live)
    ? 'Look first at what the tools of this turn did; some of it may be done already.'
    : 'Yes: nothing with an effect was run in this turn.'
}

/** Tools that only look have no effect that could be doubled. */
const harmless = new Set(['read', 'search', 'think', 'fetch'])

function hasWorked({ messages }: LiveRun): boolean {
  return messages.some(({ parts }) =>
    parts.some((part) => part.type === 'tool' && part.status !== 'pending' && !harmless.has(part.kind)),
  )
}
