/**
 * Whether a turn that failed is tried again by itself, when, and what people are told of it. Pure: it is given all that
 * it knows. Only what is worth another try and has shown or touched nothing is tried again, and never without end.
 */
import type { EventDraft } from '../../shared/events.ts'
import type { Message, Part } from '../../shared/model.ts'
import type { RuntimeFailure } from '../runtimes/runtime.ts'
import { maxRetryAfterMs, maxTries, retryBaseMs } from './limits.ts'

/** Why nothing is tried again: the failure lasts, something was said or done, enough was tried, the wait is too long. */
export type GaveUp = 'final' | 'effect' | 'spent' | 'later'
export type NextTry = { readonly delayMs: number } | { readonly gaveUp: GaveUp }

export interface Failed {
  readonly failure: Pick<RuntimeFailure, 'kind' | 'retryAfterMs'>
  /** How often it was tried, this time included. */
  readonly tries: number
  /** Everything of the turn so far, whichever try it came from. */
  readonly messages: readonly Message[]
}

/** `random` is in [0, 1): chats that failed together do not come back together. */
export function nextTry({ failure, tries, messages }: Failed, random: () => number): NextTry {
  if (failure.kind !== 'transient') return { gaveUp: 'final' }
  if (!isUntouched(messages)) return { gaveUp: 'effect' }
  if (tries >= maxTries) return { gaveUp: 'spent' }
  const askedMs = failure.retryAfterMs ?? 0
  // To come sooner than the service asked is no help, and nobody expects an answer to begin so late.
  if (askedMs > maxRetryAfterMs) return { gaveUp: 'later' }
  const backOffMs = retryBaseMs * 2 ** (tries - 1)
  return { delayMs: Math.round(Math.max(backOffMs, askedMs) + (random() * backOffMs) / 2) }
}

/** Nothing of the answer was shown, nothing was done, and nobody was asked: the turn may begin again. */
export function isUntouched(messages: readonly Message[]): boolean {
  return messages.every(({ role, parts }) => role !== 'assistant' || parts.every(isHarmless))
}

const lookingKinds = new Set(['read', 'search', 'think'])

function isHarmless(part: Part): boolean {
  switch (part.type) {
    case 'thought':
    case 'plan':
    case 'notice':
      return true
    case 'tool':
      return lookingKinds.has(part.kind) && !part.content.some(({ type }) => type === 'diff')
    default:
      return false
  }
}

export interface RetryPlace {
  readonly at: string
  readonly streamId: string
  readonly messageId: string
}

/** What the failed try left open is over; then the notice, with the time that a page counts down to. */
export function retryDrafts(
  { messages, failure, tries }: Failed & { readonly failure: RuntimeFailure },
  delayMs: number,
  place: RetryPlace,
): EventDraft[] {
  const open = messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' && part.endedAt === null ? [part.toolCallId] : [])),
  )
  const retry = { attempt: tries + 1, of: maxTries, at: new Date(Date.parse(place.at) + delayMs).toISOString() }
  const text = failure.summary
  return [
    ...open.map((toolCallId): EventDraft => ({ type: 'tool_call_update', ...place, toolCallId, status: 'cancelled' })),
    { type: 'notice', ...place, level: 'warning', title: 'Trying again', text, retry },
  ]
}
