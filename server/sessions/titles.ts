/** Whose title stands: derived from the first words, then the agent's suggestion; a person's is final. */
import type { Session, TitleSource } from '../../shared/model.ts'
import { cutGraphemes, oneLine, titleLimit, titleOf } from '../../shared/text.ts'

const strength: Record<TitleSource, number> = { none: 0, derived: 1, agent: 2, user: 3 }

/** The row with the title, unless it has one of a stronger source, or the new one is empty. */
export function titled(session: Session, text: string, source: TitleSource): Session {
  const title = source === 'derived' ? titleOf(text) : cutGraphemes(oneLine(text), titleLimit)
  const givesWay =
    source === 'derived' ? session.titleSource === 'none' : strength[source] >= strength[session.titleSource]
  if (title === '' || !givesWay) return session
  if (title === session.title && source === session.titleSource) return session
  return { ...session, title, titleSource: source }
}
