/** Failures of runtimes, each in one sentence with what can be done. */
import type { RecoveryAction } from '../../shared/model.ts'
import { cutGraphemes, oneLine } from '../../shared/text.ts'
import { RuntimeError, type RuntimeFailure } from './runtime.ts'

type Kind = RuntimeFailure['kind']
type Actions = RuntimeFailure['actions']

const labels: Record<RecoveryAction, string> = {
  retry: 'Try again',
  continue: 'Continue',
  edit_and_retry: 'Edit and send again',
  switch_model: 'Choose another model',
  open_settings: 'Open settings',
  resume_queue: 'Resume the queue',
}
const actionsOf: Record<Kind, readonly RecoveryAction[]> = {
  not_installed: ['open_settings'],
  needs_login: ['open_settings', 'retry'],
  died: ['retry', 'continue'],
  protocol: ['retry', 'open_settings'],
  refused: ['edit_and_retry', 'switch_model'],
  transient: ['retry', 'switch_model'],
  timeout: ['retry', 'open_settings'],
  flood: ['edit_and_retry', 'open_settings'],
}

export interface FailureDetails {
  readonly cause?: string
  readonly status?: number
  readonly retryAfterMs?: number
  readonly actions?: readonly RecoveryAction[]
}

export function runtimeError(kind: Kind, summary: string, details: FailureDetails = {}): RuntimeError {
  const { cause = '', status, retryAfterMs, actions = actionsOf[kind] } = details
  return new RuntimeError({
    kind,
    summary,
    cause,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    actions: labelled(actions),
  })
}

function labelled(actions: readonly RecoveryAction[]): Actions {
  return actions.map((action) => ({ action, label: labels[action] }))
}

/** More of an agent's last words is not read in one sentence. */
const maxCauseCharacters = 400

/** What happened, and the agent's own words for it. */
export function failureWords({ summary, cause }: Pick<RuntimeFailure, 'summary' | 'cause'>): string {
  return [summary, cutGraphemes(oneLine(cause), maxCauseCharacters)].filter(Boolean).join(' ')
}

/** Any thrown thing as a sentence. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
