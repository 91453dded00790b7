/**
 * The hub against `res.write` of a shared buffer, and against the least that Node can do (one write of ready bytes to each
 * socket), on the same load in one run; its memory; what it adds to a delivery.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createHub } from '../../server/hub/fanout.ts'
import type { Hub } from '../../server/hub/hub.ts'
import { eventFrame } from '../../server/hub/sse.ts'
import { createLog } from '../../server/log/create.ts'
import type { LogEntry } from '../../server/log/log.ts'
import { createMemoryStorage } from '../conformance/memory-storage.ts'
import { entry, listen, measured, memory, percentile, say, startReaders, until } from './house.ts'

const subscribers = 1_000
const rounds = 7
const readers = startReaders()

interface Side {
  /** The last number published. */
  seq: number
  readonly port: number
  publish(events: readonly LogEntry[]): void
  readonly hub?: Hub
}

async function hubSide(): Promise<Side> {
  const log = createLog(createMemoryStorage(), { onCommitted: () => undefined })
  const snapshotOf = async () => ({ seq: 0, state: {} }) as never
  const hub = createHub({ log, snapshotOf, version: '1', maxStreams: 9_999, maxStreamsPerKey: 9_999 })
  const { port } = await listen((request, outgoing) => {
    const sessionId = request.url?.slice(1) ?? ''
    outgoing.on('error', () => outgoing.destroy())
    const { signal } = new AbortController()
    void hub.stream(outgoing, { keyId: 'key', sessionId, streamId: '*', after: 0, signal })
    // The readers wait for a first byte.
    hub.onCommitted({ entries: [], sessions: [] })
  })
  return { seq: 0, port, hub, publish: (entries) => hub.onCommitted({ entries, sessions: [] }) }
}

async function plainSide(): Promise<Side> {
  const open = new Set<ServerResponse>()
  const { port } = await listen((_, outgoing) => {
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' })
    outgoing.flushHeaders()
    open.add(outgoing)
    outgoing.on('close', () => open.delete(outgoing))
  })
  const publish = (events: readonly LogEntry[]) => {
    for (const event of events) {
      const frame = Buffer.from(eventFrame(event))
      for (const outgoing of open) outgoing.write(frame)
    }
  }
  return { seq: 0, port, publish }
}

async function leastSide(): Promise<Side> {
  const open = new Set<Socket>()
  const { port } = await listen(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  const publish = (events: readonly LogEntry[]) => {
    const frames = Buffer.from(events.map(eventFrame).join(''))
    for (const socket of open) socket.write(frames)
  }
  return { seq: 0, port, publish }
}

/**
 * Microseconds of processor time per delivered event: all of it, and without the kernel's part, which is the same send.
 * Not before the readers have it all: a side that delivers less would look the better.
 */
async function cost(side: Side, perTick: number): Promise<{ all: number; own: number }> {
  const ticks = perTick === 1 ? 60 : 20
  const deliveries = ticks * perTick * subscribers
  let { bytes } = await readers.ask({ kind: 'count' })
  const { cpuMs, userMs } = await measured(async () => {
    for (let tick = 0; tick < ticks; tick++) {
      const events = Array.from({ length: perTick }, () => entry('s', ++side.seq, 'a few words of text '))
      bytes += subscribers * events.reduce((sum, event) => sum + eventFrame(event).length, 0)
      side.publish(events)
      await pause(2)
    }
  })
  await until(readers, bytes)
  return { all: (cpuMs * 1000) / deliveries, own: (userMs * 1000) / deliveries }
}

const plain = await plainSide()
const least = await leastSide()
const ours = await hubSide()
const open = (side: Side, path: string, count: number, measure = false) =>
  readers.ask({ kind: 'open', port: side.port, path, count, measure })

await open(ours, '/warm', 500)
await readers.ask({ kind: 'close' })
const before = await memory()
await open(ours, '/s', subscribers)
const idleBytes = ((await memory()) - before) / subscribers
say(`memory per idle subscriber, of ${subscribers}`, `${(idleBytes / 1024).toFixed(1)} KB`, 'at most 20 KB')
await open(plain, '/s', subscribers)
await open(least, '/s', subscribers)

for (const [perTick, budget] of [
  [1, 0.75],
  [8, 0.35],
] as const) {
  const pairs: Record<'hub' | 'plain' | 'least', Awaited<ReturnType<typeof cost>>>[] = []
  // The first round warms both up.
  for (let round = 0; round <= rounds; round++) {
    const pair = {
      hub: await cost(ours, perTick),
      plain: await cost(plain, perTick),
      least: await cost(least, perTick),
    }
    if (round > 0) pairs.push(pair)
  }
  const middle = (value: (pair: (typeof pairs)[number]) => number) => percentile(pairs.map(value), 0.5).toFixed(2)
  const how = perTick === 1 ? 'one event a tick' : `${perTick} events a tick`
  say(`processor per delivery, ${subscribers} subscribers, ${how}: the hub`, `${middle(({ hub }) => hub.all)} µs`)
  say('the same load by res.write of a shared buffer', `${middle(({ plain }) => plain.all)} µs`)
  say('ratio', `${middle(({ hub, plain }) => hub.all / plain.all)}×`, `at most ${budget}×`)
  say('ratio without the time in the kernel', `${middle(({ hub, plain }) => hub.own / plain.own)}×`)
  say('one socket write of ready bytes, the least there is', `${middle(({ least }) => least.all)} µs`)
  say('which is to res.write, on this machine', `${middle(({ least, plain }) => least.all / plain.all)}×`)
}
await readers.ask({ kind: 'close' })

const streams = 200
for (let time = 0; time < 5; time++) await open(ours, '/s{}', streams, true)
const seqs = Array.from({ length: streams }, () => 0)
const spread = await measured(async () => {
  const begun = performance.now()
  // 20 events a second of each stream, to five readers each: 20,000 deliveries a second.
  for (let sent = 0; performance.now() - begun < 5_000; ) {
    const due = Math.floor(((performance.now() - begun) / 1000) * streams * 20)
    const entries: LogEntry[] = []
    for (; sent < due; sent++) {
      const stream = sent % streams
      seqs[stream] = (seqs[stream] ?? 0) + 1
      entries.push(entry(`s${stream}`, seqs[stream] ?? 0, `@${process.hrtime.bigint()}`))
    }
    ours.publish(entries)
    await pause(1)
  }
})
await pause(200)
const { latencies = [] } = await readers.ask({ kind: 'latencies' })
const perSecond = (latencies.length / spread.wallMs) * 1000
say(`${streams} streams × 5 subscribers: deliveries per second`, perSecond.toFixed(0), '20,000')
say('added latency, from commit to the reader’s process, p50', `${percentile(latencies, 0.5).toFixed(2)} ms`, '1 ms')
say('the same, p99', `${percentile(latencies, 0.99).toFixed(2)} ms`, '10 ms on a quiet machine')
readers.end()
process.exit(0)
