/**
 * The feed: what changed of rows. It keeps the newest frame of each row with its place in the order of changes, so that
 * any cursor of this process gets each changed row once. A session's row is published at most every 250 ms, the last
 * state always; never for `headSeq` and `updatedAt` alone, which every chunk of a streamed answer moves.
 */
import { randomUUID } from 'node:crypto'
import type { FeedEvent } from '../../shared/api.ts'
import type { Feed } from './hub.ts'
import { feedRows } from './limits.ts'
import { pacedRows } from './paced-rows.ts'
import { noteFrame } from './sse.ts'

type Unplaced<E> = E extends FeedEvent ? Omit<E, 'cursor'> : never
type Change = Unplaced<FeedEvent>

export interface FeedFrame {
  readonly place: number
  readonly bytes: Buffer
}

export interface FeedLog extends Feed {
  /** The last place given. */
  readonly place: number
  cursorAt(place: number): string
  /** Null: the cursor is not of this process, or from before what is remembered. */
  placeOf(cursor: string): number | null
  /** The newest frames of what changed after `place`, in order. */
  since(place: number): readonly FeedFrame[]
  /** What has been published since this was last asked. */
  takeFresh(): readonly FeedFrame[]
  close(): void
}

export function createFeed(onChange: () => void): FeedLog {
  const boot = randomUUID()
  const newest = new Map<string, FeedFrame>()
  let fresh: FeedFrame[] = []
  let place = 0
  /** Places up to this one may have been forgotten. */
  let forgotten = 0

  function publish(row: string, change: Change): void {
    place++
    const cursor = cursorAt(place)
    const frame = { place, bytes: Buffer.from(noteFrame({ ...change, cursor } as FeedEvent)) }
    newest.delete(row)
    newest.set(row, frame)
    fresh.push(frame)
    for (const [oldest, { place }] of newest) {
      if (newest.size <= feedRows) break
      newest.delete(oldest)
      forgotten = place
    }
    onChange()
  }
  const cursorAt = (at: number) => `${boot}.${at}`
  const rows = pacedRows((session) => publish(session.id, { type: 'session_changed', session }))
  return {
    get place() {
      return place
    },
    cursor: () => cursorAt(place),
    cursorAt,
    placeOf(cursor) {
      const at = cursor.startsWith(`${boot}.`) ? Number(cursor.slice(boot.length + 1)) : Number.NaN
      return Number.isInteger(at) && at >= forgotten && at <= place ? at : null
    },
    since: (after) => [...newest.values()].filter((frame) => frame.place > after),
    takeFresh() {
      const taken = fresh
      fresh = []
      return taken
    },
    session: rows.changed,
    sessionRemoved(id) {
      rows.removed(id)
      publish(id, { type: 'session_removed', id })
    },
    project: (project) => publish(project.id, { type: 'project_changed', project }),
    projectRemoved: (id) => publish(id, { type: 'project_removed', id }),
    providers: (providers) => publish('providers', { type: 'providers_changed', providers: [...providers] }),
    settings: (settings) => publish('settings', { type: 'settings_changed', settings }),
    draft: (key, draft, by) => publish(`draft ${key}`, { type: 'draft_changed', key, draft, by }),
    close: rows.close,
  }
}
