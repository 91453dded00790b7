/** Replay from memory and from disk, restart to first byte, and commits in a thread against commits on the main loop. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createHub } from '../../server/hub/fanout.ts'
import { eventFrame } from '../../server/hub/sse.ts'
import { createLog } from '../../server/log/create.ts'
import type { Log, LogStorage } from '../../server/log/log.ts'
import { createStore } from '../../server/store/create.ts'
import { writeBatches } from '../../server/store/log-storage.ts'
import { commitBatches } from '../../server/store/log-writer.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import { createMemoryStorage } from '../conformance/memory-storage.ts'
import { aSession, chunk, newId, turnEnded } from '../store/writing.ts'
import { listen, measured, percentile, type Readers, say, startReaders, until } from './house.ts'

const events = 100_000
const sessionId = 'ses_0123456789012345678901'

async function fill(storage: LogStorage): Promise<void> {
  const log = createLog(storage, { onCommitted: () => undefined })
  const chat = await log.open(sessionId)
  const turns = 50
  for (let turn = 0; turn < turns; turn++) {
    const streamId = newId('run')
    const drafts = Array.from({ length: events / turns - 1 }, (_, index) => chunk(streamId, `some words ${index} `))
    await chat.append([...drafts, turnEnded(streamId)], () => ({}))
    await storage.packStream(sessionId, streamId)
  }
}

async function serve(log: Log): Promise<number> {
  const hub = createHub({ log, snapshotOf: async () => null, version: '1' })
  const { port } = await listen((_, outgoing) => {
    const { signal } = new AbortController()
    void hub.stream(outgoing, { keyId: 'key', sessionId, streamId: '*', after: 0, signal })
  })
  return port
}

async function replay(name: string, storage: LogStorage, readers: Readers, budget: string): Promise<void> {
  const log = createLog(storage, { onCommitted: () => undefined })
  let bytes = 0
  for await (const page of log.read(sessionId, 0)) for (const entry of page) bytes += eventFrame(entry).length
  await send(name, await serve(log), bytes, readers, budget)
}

/** The same bytes, ready in pieces as large: what is left to the kernel and to Node. */
async function sendReady(storage: LogStorage, readers: Readers): Promise<void> {
  const log = createLog(storage, { onCommitted: () => undefined })
  const pieces: Buffer[] = []
  for await (const page of log.read(sessionId, 0, { limit: 200 }))
    pieces.push(Buffer.from(page.map(eventFrame).join('')))
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const { port } = await listen(async (_, outgoing) => {
    for (const piece of pieces) if (!outgoing.write(piece)) await once(outgoing, 'drain')
  })
  await send('ready buffers, the least there is', port, bytes, readers)
}

async function send(name: string, port: number, bytes: number, readers: Readers, budget?: string): Promise<void> {
  const runs = []
  for (let run = 0; run < 5; run++) {
    runs.push(
      await measured(async () => {
        await readers.ask({ kind: 'open', port, path: '/', count: 1, measure: false })
        await until(readers, bytes)
      }),
    )
    await readers.ask({ kind: 'close' })
  }
  const best = runs.toSorted((one, other) => one.cpuMs - other.cpuMs)[0]
  const figures = `${best?.cpuMs.toFixed(0)} ms, longest block ${best?.longestMs.toFixed(0)} ms`
  say(`replay of ${events} events (${(bytes / 1e6).toFixed(0)} MB) from ${name}: processor`, figures, budget)
}

/** This program again, on what is stored: from its start to the first byte of a stream. */
async function restart(file: string): Promise<void> {
  const begun = performance.now()
  const child = fork(fileURLToPath(import.meta.url), [file])
  const [port] = await once(child, 'message')
  const [response] = await once(get({ port, host: '127.0.0.1' }), 'response')
  await once(response, 'data')
  say(
    'restart to the first byte of a stream, 100k events stored',
    `${(performance.now() - begun).toFixed(0)} ms`,
    '2 s',
  )
  child.kill()
}

/** 200 sessions, 20 events a second each, every append with its row. */
async function commits(name: string, storage: LogStorage): Promise<void> {
  const log = createLog(storage, { onCommitted: () => undefined })
  const chats = await Promise.all(Array.from({ length: 200 }, () => log.open(newId('ses'))))
  const answered: number[] = []
  const before = performance.eventLoopUtilization()
  const { longestMs } = await measured(async () => {
    const begun = performance.now()
    for (let sent = 0; performance.now() - begun < 4_000; ) {
      for (const due = ((performance.now() - begun) / 1000) * 4_000; sent < due; sent++) {
        const chat = chats[sent % chats.length]
        const asked = performance.now()
        const session = aSession({ id: chat?.sessionId, headSeq: sent })
        void chat
          ?.append([chunk('run_a', 'a few words of text ')], () => ({ session }))
          .then(() => answered.push(performance.now() - asked))
      }
      await pause(1)
    }
    await log.flush()
  })
  const { utilization } = performance.eventLoopUtilization(before)
  const wait = `${percentile(answered, 0.5).toFixed(1)} / ${percentile(answered, 0.99).toFixed(1)} ms`
  say(`4,000 appends a second, commits ${name}: answered in p50 / p99`, wait)
  say('the main loop: busy, longest block', `${(utilization * 100).toFixed(0)} %, ${longestMs.toFixed(0)} ms`)
}

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-bench-'))
  const file = join(folder, 'heddle.db')
  const readers = startReaders()
  try {
    const memory = createMemoryStorage()
    await fill(memory)
    await replay('memory', memory, readers, '25 ms, no block over 15 ms')
    await sendReady(memory, readers)
    const store = await createStore({ file })
    await fill(store.log)
    await replay('disk', store.log, readers, '45 ms, no block over 60 ms')
    await restart(file)
    await commits('in the thread', store.log)
    const database = openSqlite(file)
    database.exec('PRAGMA synchronous = FULL')
    const commit: LogStorage['commit'] = async (batches) => commitBatches(database, writeBatches(batches))
    await commits('on the main loop', { ...store.log, commit })
    database.close()
    await store.close()
  } finally {
    readers.end()
    await rm(folder, { recursive: true, force: true })
  }
}

const stored = process.argv[2]
if (stored === undefined) {
  await bench()
  process.exit(0)
}
process.on('disconnect', () => process.exit(0))
const { log } = await createStore({ file: stored })
process.send?.(await serve(createLog(log, { onCommitted: () => undefined })))
