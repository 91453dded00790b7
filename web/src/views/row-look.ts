/** How a row looks and what it says: pure words from the row alone. A state's colour always comes with a sign or a word. */
import type { Session } from '../../../shared/model.ts'
import { isPermission } from '../../../shared/state.ts'
import { oneLine } from '../../../shared/text.ts'
import { age, elapsed } from '../dom/time.ts'
import { isBusy } from '../state/sections.ts'
import { relativePath } from './parts/tool-words.ts'

export interface RowLook {
  readonly name: 'approval' | 'question' | 'running' | 'stopping' | 'error' | 'unread' | 'idle'
  readonly sign: string
  /** For those who hear it. */
  readonly words: string
}

export function lookOf(session: Session): RowLook {
  const { pending, state, unread, activity } = session
  if (pending.some(isPermission)) return { name: 'approval', sign: '◆', words: 'waits for your approval' }
  if (pending.length > 0) return { name: 'question', sign: '?', words: 'asks you' }
  if (state === 'stopping') return { name: 'stopping', sign: '', words: 'stopping' }
  if (isBusy(session)) return { name: 'running', sign: '', words: `running: ${oneLine(activity ?? 'starting')}` }
  if (state === 'error') return { name: 'error', sign: '!', words: 'failed' }
  if (state === 'interrupted') return { name: 'error', sign: '!', words: 'interrupted' }
  if (unread) return { name: 'unread', sign: '●', words: 'new' }
  return { name: 'idle', sign: '', words: 'idle' }
}

/** The second line: what it does and for how long, or who answers and what was said last. */
export function metaWords(session: Session, providerName: string, nowMs: number): string {
  if (isBusy(session)) {
    const since = session.activeSince ? elapsed(nowMs - Date.parse(session.activeSince)) : ''
    const doing = relativePath(session.activity ?? 'Starting', session.cwd)
    return [doing, since, queuedWords(session)].filter(Boolean).join(' · ')
  }
  const look = lookOf(session)
  const last = look.name === 'error' ? look.words : session.lastMessagePreview
  return [queuedWords(session), providerName, last].filter(Boolean).join(' · ')
}

/** How many messages wait their turn. */
export function queuedWords({ queueLength }: Session): string {
  return queueLength > 0 ? `${queueLength} queued` : ''
}

/** Since when it waits, or when something happened in it last. */
export function whenOf({ pending, updatedAt }: Session): string {
  return pending[0]?.askedAt ?? updatedAt
}

export function ageWords(session: Session, nowMs: number): string {
  return age(whenOf(session), nowMs)
}
