/** How the page shows itself where only its title and icon are seen. */
import { isPermission } from '../../../shared/state.ts'
import type { State } from './state.ts'

export type MarkState = 'idle' | 'running' | 'approval' | 'question' | 'unread' | 'error'

export interface PageMark {
  /** `(2) Fix the tests · Heddle` */
  readonly title: string
  /** Rows that want the person, this one too. */
  readonly badge: number
  /** Whose thread colours the icon; null on Home. */
  readonly sessionId: string | null
  readonly state: MarkState
}

export function pageMark({ S, rows }: State): PageMark {
  const badge = rows.badge()
  const name = S.session?.title || (S.phase === 'settings' ? 'Settings' : S.sessionId ? 'New chat' : '')
  const title = `${badge > 0 ? `(${badge}) ` : ''}${name ? `${name} · ` : ''}Heddle`
  return { title, badge, sessionId: S.sessionId, state: markState(S) }
}

function markState({ busy, pending, session, phase }: State['S']): MarkState {
  const [first] = pending
  if (first) return pending.some(isPermission) ? 'approval' : 'question'
  if (busy) return 'running'
  if (session?.state === 'error' || session?.state === 'interrupted') return 'error'
  return session?.unread && phase !== 'home' ? 'unread' : 'idle'
}
