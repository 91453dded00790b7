/** What a runtime says of itself, in and out of turns: as events, and as fields of the row. */
import type { EventDraft, RuntimeStateUpdate, RuntimeUpdate } from '../../shared/events.ts'
import type { RuntimeOption, Session } from '../../shared/model.ts'
import type { IdentityUpdate, RuntimeSession, TitleUpdate } from '../runtimes/runtime.ts'
import type { Change } from './ledger.ts'
import { titled } from './titles.ts'

export interface Place {
  readonly at: string
  /** The run that is under way, or `session`. */
  readonly streamId: string
}

export function titleChange(session: Session, { title }: TitleUpdate): Change | null {
  if (titled(session, title, 'agent') === session) return null
  return { row: (row) => titled(row, title, 'agent') }
}

/** The chat stays what it is; only the provider's own session is another. */
export function identityChange({ runtimeSessionId, reason }: IdentityUpdate, place: Place): Change {
  return { drafts: [{ type: 'runtime_changed', ...place, runtimeSessionId, reason }] }
}

/** A new runtime session says who it is. The row shows the model that runs, and another than the chosen one is said. */
export function openedChange(session: Session, runtime: RuntimeSession, messageId: string, place: Place): Change {
  const { runtimeSessionId, origin, model } = runtime
  const drafts: EventDraft[] = [{ type: 'runtime_changed', ...place, runtimeSessionId, reason: origin }]
  if (model === null || model === session.model) return { drafts }
  if (session.model !== null) {
    const text = `The agent runs ${model} instead of ${session.model}.`
    drafts.push({ type: 'notice', ...place, messageId, level: 'warning', title: 'Another model', text })
  }
  return { drafts, row: (row) => ({ ...row, model }) }
}

export function isState(update: RuntimeUpdate): update is RuntimeStateUpdate {
  switch (update.type) {
    case 'usage_update':
    case 'current_mode_update':
    case 'config_option_update':
    case 'available_commands_update':
      return true
    default:
      return false
  }
}

/** The model that the runtime says it uses; null if it does not say. */
export function modelIn(options: readonly RuntimeOption[]): string | null {
  return options.find(({ category }) => category === 'model')?.currentValue ?? null
}
