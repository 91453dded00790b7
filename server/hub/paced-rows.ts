/** Rows of sessions at a pace that people can follow: each at most every 250 ms, its last state always. */
import type { Session } from '../../shared/model.ts'
import { rowIntervalMs } from './limits.ts'

export interface PacedRows {
  changed(session: Session): void
  /** Nothing more of this one, whatever still comes. */
  removed(id: string): void
  close(): void
}

interface Published {
  readonly session: Session
  readonly at: number
}

export function pacedRows(publish: (session: Session) => void): PacedRows {
  const published = new Map<string, Published>()
  const waiting = new Map<string, Session>()
  const removed = new Set<string>()
  let timer: NodeJS.Timeout | null = null

  function offer(session: Session): void {
    const last = published.get(session.id)
    const now = performance.now()
    const waitMs = last ? last.at + rowIntervalMs - now : 0
    if (waitMs > 0) {
      waiting.set(session.id, session)
      timer ??= setTimeout(offerWaiting, waitMs)
      return
    }
    waiting.delete(session.id)
    if (last && isSameToPeople(last.session, session)) return
    published.set(session.id, { session, at: now })
    publish(session)
  }
  function offerWaiting(): void {
    timer = null
    for (const session of [...waiting.values()]) offer(session)
  }
  return {
    changed(session) {
      if (!removed.has(session.id)) offer(session)
    },
    removed(id) {
      removed.add(id)
      published.delete(id)
      waiting.delete(id)
    },
    close() {
      if (timer) clearTimeout(timer)
    },
  }
}

/** Every chunk of a streamed answer moves these two; a row that differs in nothing else looks the same. */
const movedByChunks: readonly string[] = ['headSeq', 'updatedAt'] satisfies (keyof Session)[]

function isSameToPeople(one: Session, other: Session): boolean {
  if (one === other) return true
  const names = Object.keys(other) as (keyof Session)[]
  return names.every((name) => movedByChunks.includes(name) || isSame(one[name], other[name]))
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other)
}
