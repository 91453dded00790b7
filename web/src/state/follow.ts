/**
 * Takes in what the live connection brings. Each message says itself whose it is, and changes that session and its row,
 * whatever is on screen.
 */
import type { Bootstrap, FeedEvent, LiveFrame } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Carrying } from './carrying.ts'
import type { Drafts } from './drafts.ts'
import type { OlderPages } from './older.ts'
import type { Pane } from './pane.ts'
import type { Running } from './running.ts'
import type { Rows } from './sessions.ts'
import type { Shelf } from './shelf.ts'

export type LiveMessage = SessionEvent | FeedEvent | LiveFrame

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
  readonly carrying: Carrying
  readonly now: () => number
  /** The feed cannot go on from where it was: the bootstrap is to be asked for again. */
  readonly onFeedReset: () => void
}

export function createFollow(parts: FollowParts): Follow {
  const { running, rows, shelf, older, carrying } = parts
  /** What the feed said since a bootstrap was asked for. */
  let held: FeedEvent[] | null = null

  const sync = () => {
    for (const id of carrying.sync()) older.drop(id)
  }
  const receiveOne = (message: LiveMessage) => {
    if ('seq' in message && 'streamId' in message) applyEvent(parts, message)
    else if (isFeed(message)) held ? held.push(message) : applyFeed(parts, message)
    else applyFrame(parts, message)
  }

  return {
    receive(messages) {
      for (const message of messages) receiveOne(message)
      sync()
    },
    sync,
    attach() {
      carrying.forgetAll()
      sync()
    },
    removed(sessionId) {
      gone(parts, sessionId)
      sync()
    },
    expectBootstrap() {
      held ??= []
    },
    bootstrap(answer) {
      const later = held ?? []
      held = null
      if (answer) {
        shelf.fill(answer)
        rows.replace(answer.sessions, (id) => running.INFLIGHT.has(id))
      }
      for (const event of later) applyFeed(parts, event)
      sync()
    },
  }
}

/** Only what the feed says has a place in it; `feed_reset` names one, but says nothing. */
function isFeed(message: FeedEvent | LiveFrame): message is FeedEvent {
  return 'cursor' in message && message.type !== 'feed_reset'
}

function applyEvent({ running, older, carrying }: FollowParts, event: SessionEvent): void {
  const applied = running.apply(event)
  if (applied === 'gap') carrying.rejoin(event.sessionId)
  if (applied !== 'applied') return
  older.apply(event)
  carrying.progressed(event.sessionId)
}

function applyFrame(parts: FollowParts, frame: LiveFrame): void {
  switch (frame.type) {
    case 'snapshot':
    case 'reset':
      applySnapshot(parts, frame)
      break
    case 'session_gone':
      gone(parts, frame.sessionId)
      break
    case 'hello':
      parts.shelf.setServerVersion(frame.version)
      break
    case 'feed_reset':
      parts.onFeedReset()
  }
}

function applySnapshot(
  { running, rows, older, pane, carrying }: FollowParts,
  { type, sessionId, state }: Extract<LiveFrame, { type: 'snapshot' | 'reset' }>,
): void {
  carrying.progressed(sessionId)
  rows.put(state.session)
  if (!running.applySnapshot(sessionId, state, type === 'reset')) return
  // What was taken back in between is not told by a snapshot: older pages are fetched again.
  older.drop(sessionId)
  pane.arrived(sessionId)
}

function applyFeed(parts: FollowParts, event: FeedEvent): void {
  const { rows, shelf, drafts, now } = parts
  switch (event.type) {
    case 'session_changed':
      rows.put(event.session)
      break
    case 'session_removed':
      gone(parts, event.id)
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

function gone({ running, rows, older, pane, carrying }: FollowParts, id: string): void {
  carrying.forget(id)
  running.drop(id)
  older.drop(id)
  rows.remove(id)
  pane.markMissing(id)
}
