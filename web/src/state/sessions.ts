/** The rows of the sidebar, by id, as the server last told them. A row only ever grows newer. */
import type { Session } from '../../../shared/model.ts'
import type { Key } from './observe.ts'
import { placeOf, type Sections, sectionsOf } from './sections.ts'

export interface Rows {
  readonly all: ReadonlyMap<string, Session>
  get(sessionId: string): Session | null
  /** Ignored when what is known is newer: answers of requests and the feed may overtake each other. */
  put(row: Session): void
  remove(sessionId: string): void
  /** All rows anew; those that `keep` says stay although the list has them not. */
  replace(rows: readonly Session[], keep: (sessionId: string) => boolean): void
  /** The sidebar's sections; the same object until an order or a group changes. */
  sections(): Sections
  /** Rows that want the person: unread, or waiting for an answer. For the title's and the app's badge. */
  badge(): number
}

export function createRows(touch: (key: Key) => void): Rows {
  const all = new Map<string, Session>()
  let sections: Sections | null = null

  const reorder = () => {
    sections = null
    touch('rows')
  }
  const set = (row: Session) => {
    const known = all.get(row.id)
    if (known && isOlder(row, known)) return
    all.set(row.id, row)
    touch(`row:${row.id}`)
    touch('title')
    if (!known || placeOf(known) !== placeOf(row)) reorder()
  }
  const remove = (sessionId: string) => {
    if (!all.delete(sessionId)) return
    touch(`row:${sessionId}`)
    touch('title')
    reorder()
  }

  return {
    all,
    get: (sessionId) => all.get(sessionId) ?? null,
    put: set,
    remove,
    replace(rows, keep) {
      const listed = new Set(rows.map((row) => row.id))
      for (const id of all.keys()) if (!listed.has(id) && !keep(id)) remove(id)
      for (const row of rows) set(row)
    },
    sections() {
      sections ??= sectionsOf(all.values())
      return sections
    },
    badge() {
      let count = 0
      for (const row of all.values()) if (!row.archivedAt && (row.unread || row.pending.length > 0)) count++
      return count
    },
  }
}

function isOlder(row: Session, known: Session): boolean {
  return row.headSeq < known.headSeq || row.revision < known.revision
}
