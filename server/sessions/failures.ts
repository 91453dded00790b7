/** Failures that no runtime reported: ours, or an end without words. */
import { type RuntimeEnd, RuntimeError, type RuntimeFailure } from '../runtimes/runtime.ts'

const offered: Partial<Record<RuntimeFailure['kind'], RuntimeFailure['actions']>> = {
  died: [
    { action: 'retry', label: 'Try again' },
    { action: 'continue', label: 'Continue' },
  ],
  refused: [
    { action: 'retry', label: 'Try again' },
    { action: 'open_settings', label: 'Open settings' },
  ],
  flood: [{ action: 'edit_and_retry', label: 'Edit and send again' }],
}

export function ownFailure(kind: RuntimeFailure['kind'], summary: string, cause: string): RuntimeError {
  return new RuntimeError({ kind, summary, cause, actions: offered[kind] ?? [] })
}

export function deathOf(end: RuntimeEnd): RuntimeError {
  return ownFailure('died', 'The agent ended in the middle of the turn.', end.detail)
}

export function floodOf(): RuntimeError {
  return ownFailure('flood', 'The agent said more than can be kept, and was ended.', 'Its output did not stop.')
}

/** Any thrown thing as a failure; what is not a runtime's is a fault of ours. */
export function failureOf(error: unknown): RuntimeFailure {
  if (error instanceof RuntimeError) return error.failure
  const cause = error instanceof Error ? error.name : 'Unknown'
  return ownFailure('protocol', 'Heddle failed to run this turn. The server’s log says more.', cause).failure
}

/** The runtime is as it was before; after any other failure it is ended, so that nothing of it speaks on. */
export function isRuntimeSound({ kind }: RuntimeFailure): boolean {
  return kind === 'transient' || kind === 'refused'
}
