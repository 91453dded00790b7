import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { aSession, chunk, newId } from '../store/support.ts'
import { type House, settled, startHouse } from './support.ts'

const line = 'x'.repeat(10_000)

test('twenty readers that stop reading for 20 MB each cost no memory, slow nobody, and have all of it when they read on', async () => {
  const house = await startHouse({ maxStreams: 100, maxStreamsPerKey: 100 })
  const chat = await house.session()
  await chat.append(chunk('run_a', 'first'))
  const stalled = await Promise.all(Array.from({ length: 20 }, () => pausedReader(house, chat.id)))
  const reader = await house.stream(chat.id, '*')
  await settled(() => expect(house.hub.stats().subscriptions).toBe(21))
  const before = sharedBytes()
  for (let index = 0; index < 2_000; index++) await chat.append(chunk('run_a', `${index} ${line}`))
  await settled(() => expect(reader.seqs().at(-1)).toBe(2_001))
  const { unsentBytes } = house.hub.stats()
  expect(unsentBytes).toBeGreaterThan(0)
  // 64 KiB and one more frame each, whatever the kernel has taken.
  expect(unsentBytes).toBeLessThanOrEqual(20 * (64 * 1024 + 2 * 10_500))
  await settled(() => expect(sharedBytes() - before).toBeLessThan(4 * 1024 * 1024))
  const read = readOn(stalled[0]!)
  await settled(() => expect(seqsIn(read()).at(-1)).toBe(2_001))
  expect(seqsIn(read())).toEqual(Array.from({ length: 2_001 }, (_, index) => index + 1))
})

test('a reader that was in step and fell very far behind gets a snapshot instead of all that it missed', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', 'first'))
  const socket = await pausedReader(house, chat.id)
  await settled(() => expect(house.hub.stats().subscriptions).toBe(1))
  // First so much that the kernel takes no more, then very many small ones.
  while (house.hub.stats().unsentBytes < 64 * 1024) await chat.append(chunk('run_a', line))
  for (let index = 0; index < 21; index++)
    await chat.append(...Array.from({ length: 1_000 }, () => chunk('run_a', 'x')))
  const read = readOn(socket)
  await settled(() => expect(read()).toMatch(/event: reset\ndata: .*"reason":"[^"]*behind/))
  expect(house.hub.stats().resets).toBe(1)
  await chat.append(chunk('run_a', 'the last'))
  await settled(() => expect(read()).toContain('"text":"the last"'))
})

test('a reader that stalls in the middle of a long replay gets the rest of it, and no reset', async () => {
  const house = await startHouse()
  const chat = await house.session()
  for (let index = 0; index < 30; index++)
    await chat.append(...Array.from({ length: 1_000 }, () => chunk('run_a', 'x'.repeat(100))))
  const socket = await pausedReader(house, chat.id)
  await settled(() => expect(house.hub.stats().unsentBytes).toBeGreaterThan(64 * 1024))
  expect(house.hub.stats().unsentBytes).toBeLessThan(2 * 64 * 1024)
  const read = readOn(socket)
  await settled(() => expect(read()).toContain('"seq":30000,'))
  expect(seqsIn(read())).toEqual(Array.from({ length: 30_000 }, (_, index) => index + 1))
  expect(house.hub.stats().resets).toBe(0)
})

test('a page that comes back to thousands of changed rows is sent as much as there is room for, then the rest', async () => {
  const house = await startHouse()
  const after = house.hub.feed.cursor()
  const ids = Array.from({ length: 5_000 }, () => newId('ses'))
  for (const id of ids) house.hub.feed.session(aSession({ id, lastMessagePreview: 'x'.repeat(500) }))
  const request = encodeURIComponent(JSON.stringify({ feed: { after }, sessions: [] }))
  const socket = await pausedAt(house, `/live?keyId=key&request=${request}`)
  await settled(() => expect(house.hub.stats().connections).toBe(1))
  expect(house.hub.stats().unsentBytes).toBeLessThan(2 * 64 * 1024)
  const read = readOn(socket)
  await settled(() => expect(read()).toContain(ids.at(-1)))
  expect([...read().matchAll(/"session":\{"id":"(ses_[^"]+)"/g)].map(([, id]) => id)).toEqual(ids)
  house.hub.feed.session(aSession({ id: 'ses_last' }))
  await settled(() => expect(read()).toContain('ses_last'))
})

/** Asks for everything, and then reads nothing. */
function pausedReader(house: House, sessionId: string): Promise<Socket> {
  return pausedAt(house, `/stream?sessionId=${sessionId}&streamId=*&after=&keyId=key`)
}

async function pausedAt({ port }: House, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  return socket
}

function readOn(socket: Socket): () => string {
  const parts: string[] = []
  socket.setEncoding('utf8').on('data', (text: string) => parts.push(text))
  socket.resume()
  return () => parts.join('')
}

function seqsIn(text: string): number[] {
  return [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq))
}

/** Bytes of buffers that somebody holds; the others are collected first. */
function sharedBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().arrayBuffers
}
