/** A hub behind a real server on loopback, over a log in memory, and readers that check every byte they get. */
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { createHub, type HubOptions } from '../../server/hub/fanout.ts'
import type { Cursor, Hub, LiveRequest } from '../../server/hub/hub.ts'
import { createLog } from '../../server/log/create.ts'
import type { Log, SessionLog } from '../../server/log/log.ts'
import type { EventDraft } from '../../shared/events.ts'
import type { Session } from '../../shared/model.ts'
import { reduceAll } from '../../shared/reduce.ts'
import { initialState, type Snapshot } from '../../shared/state.ts'
import { createMemoryStorage, type MemoryStorage } from '../conformance/memory-storage.ts'
import { aSession, newId } from '../store/support.ts'

export interface House {
  readonly hub: Hub
  readonly log: Log
  readonly storage: MemoryStorage
  /** A session with a log and a row. */
  session(fields?: Partial<Session>): Promise<Chat>
  /** The session is gone, for the log as for snapshots. */
  forget(id: string): void
  stream(sessionId: string, streamId: string, after?: string, keyId?: string): Promise<Reading>
  live(request: Omit<LiveRequest, 'keyId' | 'signal'>, keyId?: string): Promise<Reading>
  readonly port: number
  readonly server: Server
}
export interface Chat {
  readonly id: string
  /** The last number that a reader can have seen. */
  readonly durableHead: number
  append(...drafts: EventDraft[]): Promise<unknown>
  /** Changes the row, with no event. */
  row(fields: Partial<Session>): Promise<unknown>
}

export async function startHouse(options: Partial<HubOptions> = {}): Promise<House> {
  const storage = createMemoryStorage()
  const log: Log = createLog(storage, { onCommitted: (commit) => hub.onCommitted(commit) })
  const rows = new Map<string, Session>()
  const snapshotOf = (id: string) => snapshot(log, rows.get(id))
  const errors: unknown[] = []
  const hub: Hub = createHub({ log, snapshotOf, version: '1', onError: (error) => errors.push(error), ...options })
  const server = serve(hub)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    hub.close()
    server.closeAllConnections()
    server.close()
    if (errors.length > 0) throw new AggregateError(errors, 'The hub could not serve a reader.')
  })
  const { port } = server.address() as AddressInfo
  const open = (path: string) => read(`http://127.0.0.1:${port}${path}`)
  return {
    hub,
    log,
    storage,
    port,
    server,
    session: async (fields) => chatOf(await log.open(newId('ses')), rows, fields),
    forget: (id) => rows.delete(id),
    stream: (sessionId, streamId, after = '', keyId = 'key') =>
      open(`/stream?${new URLSearchParams({ sessionId, streamId, after, keyId })}`),
    live: (request, keyId = 'key') => open(`/live?${new URLSearchParams({ keyId, request: JSON.stringify(request) })}`),
  }
}

function chatOf(sessionLog: SessionLog, rows: Map<string, Session>, fields: Partial<Session> = {}): Chat {
  const id = sessionLog.sessionId
  let session = aSession({ id, ...fields })
  rows.set(id, session)
  const change = (fields: Partial<Session>) => {
    session = { ...session, ...fields }
    rows.set(id, session)
    return { session }
  }
  return {
    id,
    get durableHead() {
      return sessionLog.durableHead
    },
    append: (...drafts) => sessionLog.append(drafts, (events) => change({ headSeq: events.at(-1)?.seq })),
    row: (fields) => sessionLog.append([], () => change(fields)),
  }
}

/** As the sessions room would: what is durable, folded. */
async function snapshot(log: Log, session: Session | undefined): Promise<Snapshot | null> {
  if (!session) return null
  let state = initialState
  for await (const page of log.read(session.id, 0)) {
    const events = page.map(({ data }) => JSON.parse(data))
    state = reduceAll(state, events)
  }
  return { seq: state.seq, state: { ...state, session } }
}

function serve(hub: Hub): Server {
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const asked = (name: string) => searchParams.get(name) ?? ''
    const keyId = asked('keyId')
    const { signal } = new AbortController()
    try {
      hub.admit(keyId)
    } catch (error) {
      response.writeHead(429).end(String(error))
      return
    }
    if (pathname === '/live') await hub.live(response, { ...JSON.parse(asked('request')), keyId, signal })
    else {
      const [sessionId, streamId, after] = [asked('sessionId'), asked('streamId'), cursorOf(asked('after'))]
      await hub.stream(response, { keyId, sessionId, streamId, after, signal })
    }
  })
}

function cursorOf(after: string): Cursor {
  if (after === 'snapshot') return after
  return /^\d*$/.test(after) ? Number(after) : { invalid: after }
}

/** What frames carry, by those fields that tests go on with; which ones there are, their type says. */
interface FrameData {
  readonly seq: number
  readonly cursor: string
  readonly connectionId: string
  readonly state: Snapshot['state']
  readonly session: Session
  readonly [field: string]: unknown
}
export interface Frame {
  readonly id: string | null
  readonly event: string
  readonly raw: string
  readonly data: FrameData
}
export interface Reading {
  readonly response: IncomingMessage
  readonly frames: Frame[]
  /** Frames that carry an event of a log. */
  readonly events: Frame[]
  /** Its connection id, once it has said hello. */
  readonly connectionId: string
  readonly isOver: boolean
  /** Frames of one kind. */
  of(event: string): Frame[]
  seqs(): number[]
  /** Waits for a frame. */
  until(event: string, isWanted?: (frame: Frame) => boolean): Promise<Frame>
  end(): void
}

export async function read(url: string): Promise<Reading> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => get(url, resolve).on('error', reject))
  const frames: Frame[] = []
  let isOver = false
  let rest = ''
  response.setEncoding('utf8')
  response.on('data', (text: string) => {
    const parts = (rest + text).split('\n\n')
    rest = parts.pop() ?? ''
    for (const raw of parts) if (!raw.startsWith(':')) frames.push(parsed(raw))
  })
  response.on('close', () => {
    isOver = true
  })
  response.on('error', () => response.destroy())
  onTestFinished(() => void response.destroy())
  const of = (event: string) => frames.filter((frame) => frame.event === event)
  return {
    response,
    frames,
    get events() {
      return frames.filter(({ id }) => id !== null)
    },
    get connectionId() {
      return of('hello')[0]?.data.connectionId ?? ''
    },
    get isOver() {
      return isOver
    },
    of,
    seqs: () => frames.filter(({ id }) => id !== null).map(({ data }) => data.seq),
    until: (event, isWanted = () => true) =>
      vi.waitFor(
        () => {
          const frame = of(event).find(isWanted)
          if (!frame) throw new Error(`No ${event} yet.`)
          return frame
        },
        { interval: 2, timeout: 5_000 },
      ),
    end: () => response.destroy(),
  }
}

function parsed(raw: string): Frame {
  const match = /^(?:id: ([^\n]*)\n)?event: ([^\n]*)\ndata: ([^\n]*)$/.exec(raw)
  if (!match) throw new Error(`Not a frame: ${raw}`)
  const [, id = null, event = '', data = ''] = match
  return { id, event, raw, data: JSON.parse(data) }
}

export function settled(check: () => void): Promise<void> {
  return vi.waitFor(check, { interval: 2, timeout: 5_000 })
}
