/**
 * All that a tab knows, made once by `main`. Views read it and observe its keys; actions and the live connection write
 * it. Nothing here knows the DOM, the network or the clock.
 */
import { createCarrying, type LiveLink } from './carrying.ts'
import { createDoings, type Doings } from './doings.ts'
import type { LeftOvers } from './draft-entries.ts'
import { createDrafts, type Drafts } from './drafts.ts'
import { createFollow, type Follow } from './follow.ts'
import { createObservable, type Observable } from './observe.ts'
import { createOlderPages, type OlderPages } from './older.ts'
import { createPane, type Pane, type Projection } from './pane.ts'
import { createRunning, type Running } from './running.ts'
import { createRows, type Rows } from './sessions.ts'
import { createShelf, type Shelf } from './shelf.ts'

export interface State extends Pick<Observable, 'observe' | 'touch' | 'flush'> {
  /** The pane's projection as of now. */
  readonly S: Projection
  readonly INFLIGHT: Running['INFLIGHT']
  readonly LIVE_STREAMS: Running['LIVE_STREAMS']
  readonly pane: Pane
  readonly rows: Rows
  readonly shelf: Shelf
  readonly drafts: Drafts
  readonly doings: Doings
  readonly older: OlderPages
  readonly follow: Follow
}

export interface StateHooks {
  /** Something changed, and nothing was waiting before: call `flush` in the next frame. */
  readonly onDirty: () => void
  readonly onError: (error: unknown) => void
  readonly onFeedReset: () => void
  readonly link: LiveLink
  readonly now: () => number
  readonly pageVersion: string
  /** Where unsaved drafts outlive a reload; without it they do not. */
  readonly leftOvers?: LeftOvers
}

export function createState({ onDirty, onError, onFeedReset, link, now, pageVersion, leftOvers }: StateHooks): State {
  const observable = createObservable(onDirty, onError)
  const { touch } = observable
  const running = createRunning(touch)
  const rows = createRows(touch)
  const older = createOlderPages(touch)
  const shelf = createShelf(touch, pageVersion)
  const drafts = createDrafts(touch, leftOvers)
  const pane = createPane(running, rows, older, touch)
  const carrying = createCarrying(running, rows, pane, link)
  const follow = createFollow({ running, rows, older, shelf, drafts, pane, carrying, now, onFeedReset })
  return {
    ...observable,
    get S() {
      return pane.S
    },
    INFLIGHT: running.INFLIGHT,
    LIVE_STREAMS: running.LIVE_STREAMS,
    pane,
    rows,
    shelf,
    drafts,
    doings: createDoings(touch),
    older,
    follow,
  }
}
