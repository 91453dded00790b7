/**
 * The sidebar's order. Nothing jumps while it runs: who waits stands by when it asked, who runs by when it began, and
 * only a chat at rest moves up when something happened in it.
 */
import type { Session } from '../../../shared/model.ts'

export interface Group {
  /** Null: chats of no project. */
  readonly projectId: string | null
  readonly sessionIds: readonly string[]
}
export interface Sections {
  /** Approvals and questions, the longest-waiting first. */
  readonly needsYou: readonly string[]
  /** The newest first. */
  readonly running: readonly string[]
  /** All else, by project; pinned first, then the newest; groups by their newest chat. */
  readonly groups: readonly Group[]
}

export type Place = 'needsYou' | 'running' | 'rest' | 'archived'

const busyStates: readonly Session['state'][] = ['starting', 'running', 'needs_approval', 'needs_answer', 'stopping']

export function isBusy(row: Pick<Session, 'state'>): boolean {
  return busyStates.includes(row.state)
}

/** Something that waits is never hidden, not even by archiving. */
export function sectionOf(row: Session): Place {
  if (row.pending.length > 0) return 'needsYou'
  if (isBusy(row)) return 'running'
  return row.archivedAt ? 'archived' : 'rest'
}

/** All of a row that its place in the list depends on, as one comparable string. */
export function placeOf(row: Session): string {
  const section = sectionOf(row)
  if (section === 'archived') return section
  const pinned = section === 'rest' && row.pinned ? 'pinned' : ''
  return `${section}/${section === 'rest' ? row.projectId : ''}/${pinned}/${sortKey(row, section)}`
}

export function sectionsOf(rows: Iterable<Session>): Sections {
  const placed: Record<Place, Session[]> = { needsYou: [], running: [], rest: [], archived: [] }
  for (const row of rows) placed[sectionOf(row)].push(row)
  return {
    needsYou: inOrder(placed.needsYou, 'needsYou').map(({ id }) => id),
    running: inOrder(placed.running, 'running')
      .reverse()
      .map(({ id }) => id),
    groups: groupsOf(inOrder(placed.rest, 'rest').reverse()),
  }
}

function sortKey(row: Session, section: Place): string {
  if (section === 'needsYou') return row.pending[0]?.askedAt ?? row.updatedAt
  return section === 'running' ? (row.activeSince ?? row.updatedAt) : row.updatedAt
}

/** By time, then by id, so that the order is the same in every tab. */
function inOrder(rows: Session[], section: Place): Session[] {
  const keyed = rows.map((row) => ({ row, key: `${sortKey(row, section)} ${row.id}` }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row)
}

function groupsOf(newestFirst: readonly Session[]): Group[] {
  const groups = new Map<string | null, { pinned: string[]; others: string[] }>()
  for (const { id, projectId, pinned } of newestFirst) {
    const group = groups.get(projectId) ?? { pinned: [], others: [] }
    groups.set(projectId, group)
    group[pinned ? 'pinned' : 'others'].push(id)
  }
  return [...groups].map(([projectId, { pinned, others }]) => ({ projectId, sessionIds: [...pinned, ...others] }))
}
