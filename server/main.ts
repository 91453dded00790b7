/**
 * Heddle. The one place that makes objects and puts them together: lock → store → log → hub → runtimes → sessions → keys →
 * gate → listening. Imported (by tests) it does nothing; run, it is the command line.
 */
import { setMaxListeners } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nanoid } from 'nanoid'
import { type Logger, pino } from 'pino'
import { idRandomLength } from '../shared/ids.ts'
import { ProblemError } from '../shared/problems.ts'
import { createApp } from './app.ts'
import { runCommandLine } from './cli/cli.ts'
import { exitCodes } from './cli/io.ts'
import { type Running, serveCommand } from './cli/serve.ts'
import { terminalIo } from './cli/terminal.ts'
import { writeCliKey } from './cli-key.ts'
import type { Config } from './config.ts'
import { localUrlOf, originsOf, publicUrlOf } from './gate/addresses.ts'
import { createLoginCodes } from './gate/codes.ts'
import { createListener } from './gate/listener.ts'
import { createTickets } from './gate/tickets.ts'
import { createGate } from './gate.ts'
import { createHub } from './hub/fanout.ts'
import { createKeys } from './keys.ts'
import { housekeepingMs, idempotencyLifeMs, shutdownGraceMs } from './limits.ts'
import { listen } from './listen.ts'
import { createLog } from './log/create.ts'
import type { House, Providers } from './routes/house.ts'
import { failureWords } from './runtimes/failure.ts'
import { reapLeftovers } from './runtimes/reaper.ts'
import { RuntimeError, type Runtimes } from './runtimes/runtime.ts'
import { createRuntimes } from './runtimes/runtimes.ts'
import { createSessions } from './sessions/create-sessions.ts'
import { createPages, isShell } from './static.ts'
import { createStore } from './store/create.ts'
import { type DataLock, type Holder, takeLock } from './store/lock.ts'
import type { Store } from './store/store.ts'
import { watchUnforeseen } from './unforeseen.ts'
import { version } from './version.ts'

export interface RunningHeddle extends Running {
  /** Where programs on this machine reach it. */
  readonly url: string
}

/** Starts all of it, or says who has the data folder already. What fails half-way gives back what it had taken. */
export async function startHeddle(config: Config, logger: Logger): Promise<RunningHeddle | Holder> {
  const lock = await takeLock(config.data)
  if ('heldBy' in lock) return lock.heldBy
  const ending = new AbortController()
  // Every stream listens for the end of the server: as many as there are.
  setMaxListeners(0, ending.signal)
  const giveBack: (() => void | Promise<void>)[] = [() => lock.release()]
  try {
    const store = await createStore({ file: join(config.data, 'heddle.db') })
    giveBack.push(() => store.close())
    const rooms = await openRooms(config, store, logger, ending.signal)
    giveBack.push(() => rooms.hub.close())
    const front = await openFront(config, rooms, ending.signal)
    await lock.announce(front.url)
    logger.info({ url: front.url, data: config.data, version }, 'Ready')
    const close = async () => {
      logger.info('Ending')
      await closeAll(lock, rooms, front, ending)
      logger.info('Ended')
    }
    return { url: front.url, loginUrl: front.loginUrl(), close }
  } catch (error) {
    ending.abort()
    for (const step of giveBack.reverse()) await step()
    throw error
  }
}

type Rooms = Awaited<ReturnType<typeof openRooms>>
type Front = Awaited<ReturnType<typeof openFront>>

/** Everything behind the routes; what the last server left is put in order before anybody asks. */
async function openRooms(config: Config, store: Store, logger: Logger, signal: AbortSignal) {
  const report: House['report'] = (err, doing) => logger.error({ err }, `Failed while ${doing}`)
  const log = createLog(store.log, {
    onCommitted: (commit) => hub.onCommitted(commit),
    onListenerFailed: (error) => report(error, 'passing on what was committed'),
    onPackingFailed: (error) => report(error, 'packing a stream'),
    signal,
  })
  const hub = createHub({
    log,
    snapshotOf: (id) => sessions.snapshot(id),
    version,
    maxStreams: config.maxStreams,
    maxStreamsPerKey: config.maxStreamsPerKey,
    onError: (error) => report(error, 'serving a stream'),
  })
  const runtimes = await openRuntimes(config, store, report)
  runtimes.onChange(() => hub.feed.providers(runtimes.providers()), signal)
  const sessions = createSessions({
    log,
    store,
    runtimes,
    clock: Date.now,
    newId: (prefix) => `${prefix}_${nanoid(idRandomLength)}`,
    scratchDir: join(config.data, 'scratch'),
    logger,
    onRemoved(id) {
      hub.removed(id)
      hub.feed.sessionRemoved(id)
    },
    onTakenBack: (id, streamId) => hub.dropped(id, streamId),
  })
  const left = await store.processes.list()
  const [{ ended, stuck }] = await Promise.all([reapLeftovers(left), sessions.recover()])
  for (const error of stuck.values()) report(error, 'ending what the last server left running')
  const gone = left.filter(({ runtimeId }) => !stuck.has(runtimeId))
  await Promise.all(gone.map(({ runtimeId }) => store.processes.remove(runtimeId)))
  if (ended > 0) logger.warn({ ended }, 'Ended processes that the last server left running')
  return { store, log, hub, runtimes, sessions, report }
}

async function openRuntimes(config: Config, store: Store, report: House['report']): Promise<Runtimes> {
  const probeFolder = join(config.data, 'scratch', 'probe')
  await mkdir(probeFolder, { recursive: true, mode: 0o700 })
  return createRuntimes({
    configured: config.providers,
    env: process.env,
    version,
    demoCommand: [process.execPath, programFile(), 'demo-agent'],
    memory: store.memory,
    onProbeProcess(runtimeId, { pid, startTime }) {
      const startedAt = new Date().toISOString()
      const row = { runtimeId, sessionId: runtimeId, pid, startTime, startedAt }
      store.processes.put(row).catch((error) => report(error, 'noting a process'))
    },
    onProbeEnded(runtimeId) {
      store.processes.remove(runtimeId).catch((error) => report(error, 'forgetting a process'))
    },
    probeFolder,
    onProblem: (error) => report(error, 'remembering what a provider can'),
  })
}

/** Everything in front: who may come in, and where. */
async function openFront(config: Config, { store, hub, runtimes, sessions, report }: Rooms, signal: AbortSignal) {
  const tickets = createTickets(Date.now)
  const loginCodes = createLoginCodes(Date.now)
  const onRevoked = (keyId: string) => {
    hub.closeKey(keyId)
    tickets.forgetKey(keyId)
  }
  const keys = await createKeys({ store: store.keys, environmentKey: config.key, now: Date.now, onRevoked, report })
  await writeCliKey(config.data, keys, report)
  const listening = { ...config }
  const publicUrl = () => publicUrlOf(listening)
  const providers = providersOf(runtimes)
  const now = Date.now
  const rooms = { sessions, hub, store, providers, keys, loginCodes, tickets }
  const app = createApp({ version, ...rooms, publicUrl, signal, now, report }, createPages(webFolder()))
  const gate = createGate(() => originsOf(listening), isShell)
  const server = createListener({ app, gate, tls: config.tls, report })
  listening.port = await listen(server, config.host, config.port)
  keepHouse(store, report, signal)
  return { server, url: localUrlOf(listening), loginUrl: () => `${publicUrl()}/#code=${loginCodes.create().code}` }
}

/** To look again at an agent that is there is to open it once: only then it tells its models. */
function providersOf(runtimes: Runtimes): Providers {
  const known = (id: string) => {
    const provider = runtimes.provider(id)
    if (!provider) throw new ProblemError('not_found', 'There is no such provider.')
    return provider
  }
  return {
    list: () => runtimes.providers(),
    async refresh(id, signal) {
      known(id)
      await runtimes.refresh(id)
      if (known(id).state === 'not_installed') return known(id)
      try {
        return await runtimes.probe(id, signal)
      } catch (error) {
        // Its state says why, where that is the reason; else the refusal itself is the answer.
        if (!(error instanceof RuntimeError)) throw error
        if (known(id).state === 'ready') throw new ProblemError('provider_not_ready', failureWords(error.failure))
        return known(id)
      }
    },
  }
}

function keepHouse(store: Store, report: House['report'], signal: AbortSignal) {
  const tidy = () => {
    const before = new Date(Date.now() - idempotencyLifeMs).toISOString()
    store.idempotency.forgetBefore(before).catch((error) => report(error, 'forgetting old answers'))
  }
  tidy()
  const timer = setInterval(tidy, housekeepingMs).unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/** In the order in which each needs the next: what runs ends in the log, those who watch see it, then the doors close. */
async function closeAll(
  lock: DataLock,
  { sessions, hub, log, store }: Rooms,
  { server }: Front,
  ending: AbortController,
) {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await sessions.shutdown(shutdownGraceMs)
  ending.abort()
  hub.close()
  server.closeAllConnections()
  await closed
  await log.flush()
  await store.close()
  await lock.release()
}

/** This program as a file: what a child is started from. From sources, the last build. */
function programFile(): string {
  const here = fileURLToPath(import.meta.url)
  return here.endsWith('.ts') ? fileURLToPath(new URL('../dist/server/main.js', import.meta.url)) : here
}

function webFolder(): string {
  const built = fileURLToPath(new URL('../web', import.meta.url))
  return existsSync(join(built, 'manifest.json')) ? built : fileURLToPath(new URL('../dist/web', import.meta.url))
}

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'demo-agent') {
    const { runDemoAgent } = await import('./runtimes/demo/run.ts')
    await runDemoAgent(process.stdin, process.stdout)
    process.exit(0)
  }
  const serve = serveCommand((config) => {
    const logger = pino(
      { level: process.env.HEDDLE_LOG || 'info', base: { pid: process.pid } },
      pino.destination({ dest: 2, sync: true }),
    )
    watchUnforeseen(
      (err, doing) => logger.error({ err }, `Failed while ${doing}`),
      () => process.exit(1),
      Date.now,
    )
    return startHeddle(config, logger)
  })
  const io = terminalIo()
  try {
    process.exitCode = await runCommandLine(args, io, serve, version)
  } catch (error) {
    io.err(`Heddle could not go on: ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = exitCodes.failed
  }
  // What is left open (a browser's stream, an agent that is slow to go) keeps nobody waiting.
  if (args[0] === 'serve') process.exit()
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await main(process.argv.slice(2))
