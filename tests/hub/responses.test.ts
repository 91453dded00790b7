import { once } from 'node:events'
import { Agent, get, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { chunk, turnEnded } from '../store/support.ts'
import { type House, settled, startHouse } from './support.ts'

test('a stream says what it is, and that nobody may store or hold it back', async () => {
  const house = await startHouse({ headers: { 'Referrer-Policy': 'no-referrer' } })
  const { response } = await house.live({ sessions: [] })
  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
})

test('a reader that speaks HTTP/1.0 gets the same frames, unframed', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', 'é 1'))
  const path = `/stream?sessionId=${chat.id}&streamId=run_a&after=&keyId=key`
  const socket = connect(house.port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data
  })
  socket.write(`GET ${path} HTTP/1.0\r\n\r\n`)
  await settled(() => expect(text).toContain('"text":"é 1"'))
  await chat.append(chunk('run_a', '2'), turnEnded('run_a'))
  await once(socket, 'close')
  const [, body = ''] = text.split('\r\n\r\n')
  expect(body.split('\n\n').map((frame) => frame.split('\n')[0])).toEqual(
    [1, 2, 3].map((seq) => `id: ${chat.id}/${seq}`).concat(''),
  )
})

test('after a stream has ended its connection carries the next request', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'), turnEnded('run_a'))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const sockets: Socket[] = []
  house.server.on('connection', (socket) => sockets.push(socket))
  const listeners: (number | undefined)[] = []
  for (let time = 0; time < 3; time++) {
    expect(await whole(house, chat.id, agent)).toMatch(/event: turn_ended/)
    listeners.push(sockets[0]?.listenerCount('drain'))
  }
  expect(sockets).toHaveLength(1)
  expect(new Set(listeners).size).toBe(1)
})

test('a request that is aborted ends its response', async () => {
  const house = await startHouse()
  const chat = await house.session()
  const controller = new AbortController()
  house.server.removeAllListeners('request')
  house.server.on('request', (_, outgoing: ServerResponse) => {
    const { signal } = controller
    void house.hub.stream(outgoing, { keyId: 'key', sessionId: chat.id, streamId: '*', after: 0, signal })
  })
  const reading = await house.stream(chat.id, '*')
  controller.abort()
  await settled(() => expect(reading.isOver).toBe(true))
  expect(house.hub.stats()).toMatchObject({ connections: 0, subscriptions: 0 })
})

test('silent streams show every 15 seconds that they are alive', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const house = await startHouse()
  const chat = await house.session()
  const live = await house.live({ sessions: [{ id: chat.id, after: 0 }] })
  const single = await house.stream(chat.id, '*')
  let comments = ''
  single.response.on('data', (data: string) => {
    comments += data
  })
  await settled(() => expect(house.hub.stats().subscriptions).toBe(2))
  vi.advanceTimersByTime(15_000)
  await settled(() => expect(comments).toBe(': ping\n\n'))
  expect((await live.until('ping')).data).toEqual({ type: 'ping', heads: { [chat.id]: 0 }, feed: null })
  vi.advanceTimersByTime(30_000)
  await settled(() => expect(live.of('ping')).toHaveLength(3))
})

test('a reader that cannot be served is let go, and comes again; nobody else notices', async () => {
  const failures: unknown[] = []
  const house = await startHouse({ onError: (error) => failures.push(error) })
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'))
  const other = await house.session()
  const untouched = await house.stream(other.id, '*')
  const { readEntries } = house.storage
  house.storage.readEntries = () => Promise.reject(new Error('The disk is gone.'))
  const reading = await house.stream(chat.id, '*')
  await settled(() => expect(reading.isOver).toBe(true))
  expect(failures).toHaveLength(1)
  house.storage.readEntries = readEntries
  await (await house.stream(chat.id, '*')).until('agent_message_chunk')
  await other.append(chunk('run_a', '1'))
  await untouched.until('agent_message_chunk')
})

function whole({ port }: House, sessionId: string, agent: Agent): Promise<string> {
  const path = `/stream?sessionId=${sessionId}&streamId=run_a&after=&keyId=key`
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (data: string) => {
        text += data
      })
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
}
