/**
 * The pane on screen. `S` is only a projection: derived from the route, the session's row and its reduced state, owning
 * no fact, replaced whole whenever one of them changed. Nothing that runs reads it to learn whose it is.
 */
import type { Message, Queue, Run, RuntimeInfo, Session } from '../../../shared/model.ts'
import { initialState, type LiveRun, type Pending, type SessionState } from '../../../shared/state.ts'
import type { Key } from './observe.ts'
import type { Older, OlderPages } from './older.ts'
import type { Running } from './running.ts'
import { isBusy } from './sections.ts'
import type { Rows } from './sessions.ts'

export type Route =
  | { readonly name: 'home' }
  | { readonly name: 'settings' }
  | { readonly name: 'session'; readonly sessionId: string }

/** `loading`: its messages are not there yet, its row may be. `missing`: there is no such session, or no more. */
export type Phase = 'home' | 'settings' | 'loading' | 'ready' | 'missing'

export interface Projection {
  readonly phase: Phase
  /** What the address says; the row may be missing. */
  readonly sessionId: string | null
  readonly session: Session | null
  /** Prompts and settled answers, in line order, pages fetched before them included; the same array while only `live` changes. */
  readonly messages: readonly Message[]
  /** Ended turns of those messages. */
  readonly runs: readonly Run[]
  /** The turn that runs, with what it has said so far. Null before the messages are there, even if busy. */
  readonly live: LiveRun | null
  /** Known before the messages are: from the row. */
  readonly busy: boolean
  readonly stopping: boolean
  /** What Stop acts on. */
  readonly activeStreamId: string | null
  readonly activeSince: string | null
  readonly pending: readonly Pending[]
  readonly queue: Queue
  readonly runtime: RuntimeInfo
  /** Older messages begin before this line; null: all are here. */
  readonly olderBeforeLine: number | null
}

/** Where the reader was; see dom/scroll. */
export interface ScrollPlace {
  following: boolean
  id?: string
  offset?: number
  top: number
}

export interface Pane {
  readonly S: Projection
  readonly route: Route
  /** Shows something else; nothing of what was shown ends or changes. */
  project(route: Route): void
  /** Its messages are there now. */
  arrived(sessionId: string): void
  /** There is no such session (any more). */
  markMissing(sessionId: string): void
  readonly scroll: Map<string, ScrollPlace>
}

export function createPane(running: Running, rows: Rows, older: OlderPages, touch: (key: Key) => void): Pane {
  let route: Route = { name: 'home' }
  const missing = new Set<string>()
  const derive = derivation()

  const projected = (): Projection => {
    if (route.name !== 'session') return { ...nothing, phase: route.name }
    const { sessionId } = route
    const state = running.INFLIGHT.get(sessionId)
    const phase = missing.has(sessionId) ? 'missing' : state ? 'ready' : 'loading'
    return derive({ phase, sessionId, row: rows.get(sessionId), state, older: state && older.of(sessionId, state) })
  }

  const touchIfShown = (sessionId: string) => {
    if (route.name === 'session' && route.sessionId === sessionId) touch('pane')
  }

  return {
    get S() {
      return projected()
    },
    get route() {
      return route
    },
    project(next) {
      route = next
      if (next.name === 'session') {
        missing.delete(next.sessionId)
        running.visit(next.sessionId)
      }
      touch('pane')
      touch('title')
    },
    arrived(sessionId) {
      missing.delete(sessionId)
      touchIfShown(sessionId)
    },
    markMissing(sessionId) {
      missing.add(sessionId)
      touchIfShown(sessionId)
    },
    scroll: new Map(),
  }
}

const nothing: Omit<Projection, 'phase'> = {
  sessionId: null,
  session: null,
  messages: [],
  runs: [],
  live: null,
  busy: false,
  stopping: false,
  activeStreamId: null,
  activeSince: null,
  pending: [],
  queue: initialState.queue,
  runtime: initialState.runtime,
  olderBeforeLine: null,
}

interface Sources {
  readonly phase: Phase
  readonly sessionId: string
  readonly row: Session | null
  readonly state: SessionState | undefined
  readonly older: Older | undefined
}

/** The same sources give the same projection, so that `S === S` means that nothing changed. */
function derivation(): (sources: Sources) => Projection {
  let last: { sources: Sources; projection: Projection } | null = null
  const join = joined<Message>()
  const joinRuns = joined<Run>()
  return (sources) => {
    if (last && sameSources(last.sources, sources)) return last.projection
    const { phase, sessionId, row, state } = sources
    const base = { ...nothing, phase, sessionId, session: row, ...activityOf(row, state) }
    const projection = !state
      ? base
      : {
          ...base,
          messages: join(sources.older?.messages ?? [], state.messages),
          runs: joinRuns(sources.older?.runs ?? [], state.runs),
          live: state.live,
          queue: state.queue,
          runtime: state.runtime,
          olderBeforeLine: sources.older?.beforeLine ?? null,
        }
    last = { sources, projection }
    return projection
  }
}

function sameSources(a: Sources, b: Sources): boolean {
  return (
    a.phase === b.phase &&
    a.sessionId === b.sessionId &&
    a.row === b.row &&
    a.state === b.state &&
    a.older?.messages === b.older?.messages &&
    a.older?.beforeLine === b.older?.beforeLine
  )
}

function joined<Item>() {
  let parts: [readonly Item[], readonly Item[]] = [[], []]
  let whole: readonly Item[] = []
  return (before: readonly Item[], after: readonly Item[]): readonly Item[] => {
    if (parts[0] === before && parts[1] === after) return whole
    parts = [before, after]
    whole = before.length === 0 ? after : [...before, ...after]
    return whole
  }
}

type Activity = Pick<Projection, 'busy' | 'stopping' | 'activeStreamId' | 'activeSince' | 'pending'>

/** Row and state come by different ways; whichever has seen more of the log is right, the row where they are even: it also
 * knows what is in no log, as a wait for a start slot. */
function activityOf(row: Session | null, state: SessionState | undefined): Activity {
  if (row && (!state || row.headSeq >= state.seq)) {
    const { activeStreamId, activeSince, pending } = row
    return { busy: isBusy(row), stopping: row.state === 'stopping', activeStreamId, activeSince, pending }
  }
  const run = state?.live?.run
  return {
    busy: run !== undefined,
    stopping: run?.state === 'stopping',
    activeStreamId: run?.id ?? null,
    activeSince: run?.startedAt ?? null,
    pending: state?.pending ?? [],
  }
}
