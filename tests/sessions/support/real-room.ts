/** The room on what it runs on in the house: SQLite, the group-committing log, the demo agent through the ACP driver. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { onTestFinished } from 'vitest'
import { createLog } from '../../../server/log/create.ts'
import type { LogEntry } from '../../../server/log/log.ts'
import { createRuntimes } from '../../../server/runtimes/runtimes.ts'
import { createSessions, type SessionsRoom } from '../../../server/sessions/create-sessions.ts'
import { createStore } from '../../../server/store/create.ts'
import type { Store } from '../../../server/store/store.ts'
import type { SessionAnswer } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import { waitFor } from './fake-runtimes.ts'
import { person } from './room.ts'

export interface RealRoom {
  readonly sessions: SessionsRoom
  readonly store: Store
  readonly committed: LogEntry[]
  create(model?: string): Promise<string>
  send(id: string, text: string): ReturnType<SessionsRoom['send']>
  /** Waits for the row to be as wanted. */
  until(id: string, wanted: (answer: SessionAnswer) => boolean): Promise<SessionAnswer>
  /** Sends and waits for the end of that turn. */
  turn(id: string, text: string): Promise<SessionAnswer>
  events(id: string): Promise<SessionEvent[]>
  /** The store is opened again by another server, while the old one has not said goodbye. */
  restart(): Promise<RealRoom>
}

export async function createRealRoom(folder?: string): Promise<RealRoom> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'heddle-room-')))
  const store = await createStore({ file: join(data, 'heddle.db') })
  const ending = new AbortController()
  const committed: LogEntry[] = []
  const log = createLog(store.log, { onCommitted: ({ entries }) => committed.push(...entries), signal: ending.signal })
  const probeFolder = join(data, 'probe')
  await mkdir(probeFolder, { recursive: true })
  const fail = (error: unknown) => {
    throw error
  }
  const runtimes = await createRuntimes({
    configured: [],
    env: {},
    version: '0.0.0',
    demoCommand: ['/no/such/program'],
    memory: store.memory,
    probeFolder,
    onProblem: fail,
  })
  const silent = () => undefined
  const sessions = createSessions({
    log,
    store,
    runtimes,
    clock: Date.now,
    newId: (prefix) => `${prefix}_${nanoid(22)}`,
    scratchDir: join(data, 'scratch'),
    logger: { info: silent, warn: silent, error: silent },
    onRemoved: silent,
    onTakenBack: silent,
  })
  await sessions.recover()
  onTestFinished(async () => {
    await sessions.shutdown(0)
    ending.abort()
    await store.close()
    if (folder === undefined) await rm(data, { recursive: true, force: true, maxRetries: 3 })
  })
  const room: RealRoom = {
    sessions,
    store,
    committed,
    async create(model) {
      const body = { provider: 'demo', model, kind: 'chat', mode: 'chat' } as const
      return (await sessions.create(body, person)).session.id
    },
    send: (id, text) => sessions.send(id, { text, whenBusy: 'queue' }, person),
    until: (id, wanted) =>
      waitFor(async () => {
        const answer = await sessions.get(id)
        if (!wanted(answer)) throw new Error(`Not yet: ${answer.session.state}`)
        return answer
      }),
    async turn(id, text) {
      const { streamId } = await room.send(id, text)
      return room.until(id, ({ runs }) => runs.some((run) => run.id === streamId))
    },
    async events(id) {
      const events: SessionEvent[] = []
      for await (const page of log.read(id, 0)) events.push(...page.map(({ data: text }) => JSON.parse(text)))
      return events
    },
    restart: () => createRealRoom(data),
  }
  return room
}
