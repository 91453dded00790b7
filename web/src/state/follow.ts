/**
 * Takes in what the live connection brings, and says what it should carry: the session on screen, and every running
 * one that this tab has opened. Each message says itself whose it is; the pane is asked only for what to carry.
 */
import type { Bootstrap, FeedEvent, LiveFrame } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Drafts } from './drafts.ts'
import { catchUpEvents } from './limits.ts'
import type { OlderPages } from './older.ts'
import type { Pane } from './pane.ts'
import type { Running } from './running.ts'
import { isBusy } from './sections.ts'
import type { Rows } from './sessions.ts'
import type { Shelf } from './shelf.ts'

export type LiveMessage = SessionEvent | FeedEvent | LiveFrame

/** What net/live does for a tab. */
export interface LiveLink {
  /** Begins to carry a session after a cursor, or rewinds it there. */
  watch(sessionId: string, after: number | 'snapshot'): void
  unwatch(sessionId: string): void
}

export interface Follow {
  receive(messages: readonly LiveMessage[]): void
  /** Brings what is carried in line with what is shown and runs. After every `project`; `receive` does it itself. */
  sync(): void
  /** Everything is asked for again at its own cursor: another connection, a page back from the back/forward cache. */
  attach(): void
  /** It was removed, by this tab. */
  removed(sessionId: string): void
  /** A bootstrap was asked for: what the feed says from now on is newer than its answer may be. */
  expectBootstrap(): void
  /** Its answer; null: it failed, and what is known stays. */
  bootstrap(answer: Bootstrap | null): void
}

export interface FollowParts {
  readonly running: Running
  readonly rows: Rows
  readonly older: OlderPages
  readonly shelf: Shelf
  readonly drafts: Drafts
  readonly pane: Pane
  readonly link: LiveLink
  readonly now: () => number
  /** The feed cannot go on from where it was: the bootstrap is to be asked for again. */
  readonly onFeedReset: () => void
}

export function createFollow(parts: FollowParts): Follow {
  const { running, rows, pane, link } = parts
  const carried = new Set<string>()
  /** Asked for again after a gap, until something of it was applied. */
  const rejoining = new Set<string>()
  let held: FeedEvent[] | null = null

  const isWanted = (id: string): boolean => {
    if (pane.route.name === 'session' && pane.route.sessionId === id) return pane.S.phase !== 'missing'
    const state = running.INFLIGHT.get(id)
    if (!state) return false
    const row = rows.get(id)
    return state.live !== null || (row !== null && isBusy(row))
  }

  const watch = (id: string) => {
    carried.add(id)
    link.watch(id, cursorFor(running, rows, id))
  }

  const sync = () => {
    const { route } = pane
    const candidates = new Set(running.INFLIGHT.keys())
    if (route.name === 'session') candidates.add(route.sessionId)
    for (const id of carried) {
      if (isWanted(id)) continue
      carried.delete(id)
      rejoining.delete(id)
      link.unwatch(id)
    }
    for (const id of candidates) if (!carried.has(id) && isWanted(id)) watch(id)
    for (const id of running.evict(isWanted)) parts.older.drop(id)
  }

  const applyEvent = (event: SessionEvent) => {
    const { sessionId } = event
    const applied = running.apply(event)
    if (applied === 'applied') {
      parts.older.apply(event)
      rejoining.delete(sessionId)
    } else if (applied === 'gap' && carried.has(sessionId) && !rejoining.has(sessionId)) {
      rejoining.add(sessionId)
      watch(sessionId)
    }
  }

  const gone = (id: string) => {
    carried.delete(id)
    running.drop(id)
    parts.older.drop(id)
    rows.remove(id)
    pane.markMissing(id)
  }

  const receiveOne = (message: LiveMessage) => {
    if ('seq' in message && 'streamId' in message) applyEvent(message)
    else receiveOther(message)
  }

  const receiveOther = (message: FeedEvent | LiveFrame) => {
    switch (message.type) {
      case 'snapshot':
      case 'reset':
        applySnapshot(parts, rejoining, message)
        break
      case 'session_gone':
        gone(message.sessionId)
        break
      case 'hello':
        parts.shelf.setServerVersion(message.version)
        break
      case 'feed_reset':
        parts.onFeedReset()
        break
      case 'ping':
        break
      default:
        if (held) held.push(message)
        else applyFeed(parts, gone, message)
    }
  }

  return {
    receive(messages) {
      for (const message of messages) receiveOne(message)
      sync()
    },
    sync,
    attach() {
      carried.clear()
      rejoining.clear()
      sync()
    },
    removed(sessionId) {
      gone(sessionId)
      sync()
    },
    expectBootstrap() {
      held ??= []
    },
    bootstrap(answer) {
      const later = held ?? []
      held = null
      if (answer) {
        parts.shelf.fill(answer)
        rows.replace(answer.sessions, (id) => running.INFLIGHT.has(id))
      }
      for (const event of later) applyFeed(parts, gone, event)
      sync()
    },
  }
}

/** Its own cursor, so that nothing comes twice; a snapshot where that is less than what was missed. */
function cursorFor(running: Running, rows: Rows, id: string): number | 'snapshot' {
  const cursor = running.cursorOf(id)
  if (cursor === 'snapshot') return cursor
  return (rows.get(id)?.headSeq ?? 0) - cursor > catchUpEvents ? 'snapshot' : cursor
}

function applySnapshot(
  { running, rows, older, pane }: FollowParts,
  rejoining: Set<string>,
  { type, sessionId, state }: Extract<LiveFrame, { type: 'snapshot' | 'reset' }>,
): void {
  rejoining.delete(sessionId)
  rows.put(state.session)
  if (!running.applySnapshot(sessionId, state, type === 'reset')) return
  // What was taken back in between is not told by a snapshot: older pages are fetched again.
  older.drop(sessionId)
  pane.arrived(sessionId)
}

function applyFeed({ rows, shelf, drafts, now }: FollowParts, gone: (id: string) => void, event: FeedEvent): void {
  switch (event.type) {
    case 'session_changed':
      rows.put(event.session)
      break
    case 'session_removed':
      gone(event.id)
      break
    case 'project_changed':
      shelf.putProject(event.project)
      break
    case 'project_removed':
      shelf.removeProject(event.id)
      break
    case 'providers_changed':
      shelf.setProviders(event.providers)
      break
    case 'settings_changed':
      shelf.setSettings(event.settings)
      break
    case 'draft_changed':
      drafts.receive(event.key, event.draft, now())
  }
}
