import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OpenLive } from '../../../shared/api.ts'
import {
  backoffMs,
  type Connection,
  createConnection,
  type LiveMessage,
  type LiveStatus,
} from '../../../web/src/net/connection.ts'
import { longestBackoffMs, pingAnswerMs, silenceMs } from '../../../web/src/net/limits.ts'
import { Chat } from '../state/world.ts'
import { frameOf, Script } from './script.ts'

let script: Script
let connection: Connection
let received: LiveMessage[]
let statuses: LiveStatus[]
let errors: unknown[]
let wanted: OpenLive

beforeEach(() => {
  vi.useFakeTimers()
  script = new Script()
  received = []
  statuses = []
  errors = []
  wanted = { sessions: [] }
  connection = createConnection({
    transport: script.transport,
    wanted: () => wanted,
    onMessages: (messages) => received.push(...messages),
    onStatus: (status) => statuses.push(status),
    onError: (error) => errors.push(error),
    random: () => 1,
  })
  connection.start()
})
afterEach(() => {
  connection.stop()
  vi.useRealTimers()
})

/** Lets what was written be read; no time passes. */
const settle = () => vi.advanceTimersByTimeAsync(0)
const ping = (heads: Record<string, number> = {}): LiveMessage => ({ type: 'ping', heads, feed: null })

test('Messages arrive whole and in order, wherever the network cuts them, in the middle of a letter too', async () => {
  const chat = new Chat('a')
  chat.start('grüße 👋🏽 ")\n\ndata: x')
  chat.say('naïve — 漢字\r\n')
  const bytes = new TextEncoder().encode(chat.events.map(frameOf).join(''))
  script.last.hello()
  for (const byte of bytes) script.last.write(Uint8Array.of(byte))
  await settle()
  expect(received.slice(1)).toEqual(chat.events)
  expect(errors).toEqual([])
})

test('All that one read brings is handed on together', async () => {
  const batches: number[] = []
  connection.stop()
  connection = createConnection({
    transport: script.transport,
    wanted: () => wanted,
    onMessages: (messages) => batches.push(messages.length),
    onStatus: () => undefined,
    onError: (error) => errors.push(error),
    random: () => 1,
  })
  connection.start()
  script.last.accept()
  script.last.send({ type: 'hello', connectionId: 'c', version: '1' }, ping(), ping())
  await settle()
  expect(batches).toEqual([3])
})

test('After a good connection it is there again at once, asking for what is wanted by then', async () => {
  script.last.hello()
  await vi.advanceTimersByTimeAsync(6000)
  wanted = { sessions: [{ id: 'ses_x', after: 7 }] }
  script.last.cut()
  await settle()
  expect(script.opened).toHaveLength(2)
  expect(script.last.body).toEqual(wanted)
  expect(statuses).toEqual(['connecting', 'live', 'lost'])
  script.last.hello()
  await settle()
  expect(statuses.at(-1)).toBe('live')
})

test('A server that is away is asked less and less often, at most every 15 seconds', async () => {
  const gaps: number[] = []
  for (let tries = 0; tries < 12; tries++) {
    const before = Date.now()
    const count = script.opened.length
    script.last.fail()
    while (script.opened.length === count) await vi.advanceTimersByTimeAsync(10)
    gaps.push(Date.now() - before)
  }
  expect(gaps[0]).toBeLessThanOrEqual(250)
  expect(gaps.at(-1)).toBe(longestBackoffMs)
  expect([...gaps].sort((a, b) => a - b)).toEqual(gaps)
})

test('A thousand pages do not come back in the same moment', () => {
  expect(backoffMs(4, 0)).toBe(1000)
  expect(backoffMs(4, 1)).toBe(2000)
  expect(backoffMs(0, 0.5)).toBe(0)
})

test('A server that takes the connection and ends it at once is no reason for a storm', async () => {
  for (let tries = 0; tries < 3; tries++) {
    script.last.hello()
    await settle()
    script.last.close()
    await settle()
    expect(script.opened).toHaveLength(tries + 1)
    await vi.advanceTimersByTimeAsync(longestBackoffMs)
  }
})

test('20 seconds without a byte are a dead connection; a byte in time is enough', async () => {
  script.last.hello()
  await vi.advanceTimersByTimeAsync(silenceMs - 1)
  script.last.write(': still here\n\n')
  await vi.advanceTimersByTimeAsync(silenceMs - 1)
  expect(script.opened).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  await settle()
  expect(script.opened).toHaveLength(2)
})

test('A page that wakes asks for a ping, and connects anew if none comes within a second', async () => {
  script.last.hello()
  await vi.advanceTimersByTimeAsync(6000)
  connection.check()
  connection.check()
  await settle()
  expect(script.changes).toEqual([{ connectionId: 'c1', ping: true }])
  script.last.send(ping())
  await vi.advanceTimersByTimeAsync(pingAnswerMs)
  expect(script.opened).toHaveLength(1)
  connection.check()
  await vi.advanceTimersByTimeAsync(pingAnswerMs)
  await settle()
  expect(script.opened).toHaveLength(2)
})

test('A page that wakes while it waits to try again tries at once', async () => {
  for (let tries = 0; tries < 8; tries++) {
    script.last.fail()
    await vi.advanceTimersByTimeAsync(longestBackoffMs)
  }
  const count = script.opened.length
  script.last.fail()
  await settle()
  connection.check()
  await settle()
  expect(script.opened).toHaveLength(count + 1)
})

test('A page that wakes does not wait for an attempt from before its sleep', async () => {
  await vi.advanceTimersByTimeAsync(pingAnswerMs + 1)
  connection.check()
  await vi.advanceTimersByTimeAsync(250)
  expect(script.opened[0]?.signal.aborted).toBe(true)
  expect(script.opened).toHaveLength(2)
})

test('Over the cap it waits as long as the server says', async () => {
  script.last.refuse(429, { 'retry-after': '7' })
  await vi.advanceTimersByTimeAsync(6999)
  expect(script.opened).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(script.opened).toHaveLength(2)
})

test('A key that does not count ends the trying until there is a new one', async () => {
  script.last.refuse(401)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(statuses).toEqual(['connecting', 'unauthorized'])
  expect(script.opened).toHaveLength(1)
  connection.start()
  expect(script.opened).toHaveLength(2)
})

test('What is asked for in one go is one request; what is asked for before hello waits for it', async () => {
  connection.change({ add: [{ id: 'a', after: 1 }] })
  connection.change({ add: [{ id: 'b', after: 'snapshot' }] })
  connection.change({ add: [{ id: 'a', after: 5 }], remove: ['c'] })
  connection.change({ remove: ['b'] })
  await settle()
  expect(script.changes).toEqual([])
  script.last.hello('c9')
  await settle()
  expect(script.changes).toEqual([{ connectionId: 'c9', add: [{ id: 'a', after: 5 }], remove: ['c', 'b'] }])
})

test('A change that is not taken is not repaired: a new connection asks for everything', async () => {
  script.last.hello()
  await vi.advanceTimersByTimeAsync(6000)
  script.changeStatus = 404
  connection.change({ add: [{ id: 'a', after: 1 }] })
  await settle()
  expect(script.opened).toHaveLength(2)
})

test('What is no message is told once as a fault, and the connection made anew', async () => {
  script.last.hello()
  await vi.advanceTimersByTimeAsync(6000)
  script.last.write('data: {"half\n\n')
  await settle()
  expect(errors).toHaveLength(1)
  expect(script.opened).toHaveLength(2)
})
