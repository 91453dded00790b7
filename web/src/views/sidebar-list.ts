/** What the sidebar lists, in order: section heads and rows in one flat list, so that a row keeps its node wherever it moves. */
import type { Project, Session } from '../../../shared/model.ts'
import type { Sections } from '../state/sections.ts'

export type SidebarItem =
  | {
      readonly key: string
      readonly kind: 'head'
      readonly text: string
      readonly count: number | null
      readonly tone: 'approval' | 'plain'
    }
  | { readonly key: string; readonly kind: 'row'; readonly sessionId: string }
  | { readonly key: string; readonly kind: 'archive'; readonly count: number; readonly open: boolean }

export interface SidebarSource {
  readonly sections: Sections
  readonly rows: ReadonlyMap<string, Session>
  readonly projects: readonly Project[]
  readonly filter: string
  readonly archiveOpen: boolean
}

export function sidebarItems({ sections, rows, projects, filter, archiveOpen }: SidebarSource): SidebarItem[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (id: string) => {
    const title = rows.get(id)?.title.toLowerCase() ?? ''
    return words.every((word) => title.includes(word))
  }
  const items: SidebarItem[] = []
  const add = (key: string, text: string, ids: readonly string[], tone: 'approval' | 'plain', counted: boolean) => {
    const found = words.length > 0 ? ids.filter(matches) : ids
    if (found.length === 0) return
    items.push({ key: `head ${key}`, kind: 'head', text, tone, count: counted ? found.length : null })
    for (const id of found) items.push({ key: `row ${id}`, kind: 'row', sessionId: id })
  }
  add('needs', 'Needs you', sections.needsYou, 'approval', true)
  add('running', 'Running', sections.running, 'plain', true)
  const nameOf = new Map(projects.map((project) => [project.id, project.name]))
  const alone = sections.groups.length === 1 && sections.groups[0]?.projectId === null
  for (const { projectId, sessionIds } of sections.groups) {
    const name = projectId === null ? (alone ? 'Recent' : 'No project') : (nameOf.get(projectId) ?? 'Another project')
    add(`project ${projectId}`, name, sessionIds, 'plain', false)
  }
  addArchive(items, rows, { open: archiveOpen || words.length > 0, matches: words.length > 0 ? matches : () => true })
  return items
}

/** What waits or runs is never in it: it stands above, archived or not. */
function addArchive(
  items: SidebarItem[],
  rows: ReadonlyMap<string, Session>,
  { open, matches }: { open: boolean; matches: (id: string) => boolean },
): void {
  const listed = new Set(items.flatMap((item) => (item.kind === 'row' ? [item.sessionId] : [])))
  const archived = [...rows.values()].filter((row) => row.archivedAt !== null && !listed.has(row.id) && matches(row.id))
  if (archived.length === 0) return
  items.push({ key: 'archive', kind: 'archive', count: archived.length, open })
  if (!open) return
  archived.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
  for (const { id } of archived) items.push({ key: `row ${id}`, kind: 'row', sessionId: id })
}
