import { connect } from 'node:net'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { launchHeddle } from '../browser/support/heddle.ts'
import { chatOf, counted, endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { createChecker } from '../support/checker.ts'
import { type Client, createClient, eventOf } from '../support/client.ts'
import { createRandom, seedOf } from '../support/random.ts'
import { watch, ways } from '../support/watcher.ts'

let heddle: Awaited<ReturnType<typeof launchHeddle>>
let client: Client

beforeAll(async () => {
  heddle = await launchHeddle({ args: ['--max-streams-per-key', '200'] })
  client = createClient(heddle.url, heddle.key)
}, 120_000)
afterAll(() => heddle.stop())

const logOf = async (id: string) => {
  const events = await chatOf(client, id).until((event, all) => event.type === 'turn_ended' && all.length > 0)
  return events.map((event) => ({ seq: event.seq, data: JSON.stringify(event) }))
}

test('Sixty subscribers that join one stream at random moments by all ways get the same dense log, the same bytes', async () => {
  const random = createRandom(seedOf('sixty'))
  const checker = createChecker()
  const stop = new AbortController()
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo count 1500 @600')
  const address = () => ({ url: heddle.url, key: heddle.key })
  const names: string[] = []
  const watching = Array.from({ length: 60 }, async (_, index) => {
    const name = `subscriber ${index}`
    names.push(name)
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 2300)))
    return watch({ name, sessionId: chat.id, way: random.pick(ways), checker, address, signal: stop.signal })
  })
  await chat.turn(streamId)
  const log = await logOf(chat.id)
  await vi.waitFor(() => expect(names.filter((name) => checker.cursor(name, chat.id) < log.length)).toEqual([]), {
    timeout: 5000,
  })
  stop.abort()
  await Promise.all(watching)
  expect(checker.verify(chat.id, log)).toEqual([])
}, 30_000)

test('8. One reader stops reading: nobody else slows, and it converges when it reads', async () => {
  const chat = await openChat(client)
  const { port, hostname } = new URL(heddle.url)
  const socket = connect(Number(port), hostname)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(
    `GET /api/sessions/${chat.id}/streams/*/events HTTP/1.1\r\nHost: ${new URL(heddle.url).host}\r\nAuthorization: Bearer ${heddle.key}\r\n\r\n`,
  )
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  const { streamId } = await chat.send(
    '/demo flood 4000; flood 4000; flood 4000; flood 4000; flood 4000; say the last words',
  )
  const started = Date.now()
  expect(textOfEvents(await chat.turn(streamId))).toContain('last words')
  const tookMs = Date.now() - started
  const next = await chat.send('/demo say still quick')
  const before = Date.now()
  await chat.turn(next.streamId)
  expect(Date.now() - before).toBeLessThan(Math.max(2000, tookMs))
  let tail = ''
  socket.on('data', (bytes: Buffer) => {
    tail = (tail + bytes.toString('latin1')).slice(-200_000)
  })
  socket.resume()
  await vi.waitFor(() => expect(tail).toContain('still '), { timeout: 20_000 })
  socket.destroy()
}, 60_000)

test('9. A run that nobody watches: whoever comes later gets all of it', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo count 200 @1000; say done')
  await vi.waitFor(async () => expect((await chat.get()).session.state).toBe('idle'), { timeout: 10_000 })
  expect(textOfEvents(await chat.turn(streamId))).toBe(
    `${counted(200)}${textOf((await chat.get()).messages).slice(counted(200).length)}`,
  )
  expect(textOf((await chat.get()).messages)).toContain(counted(200))
})

test("25. The stream's last event is lost on the wire: nothing of the text is, and the end is had by asking again", async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo count 20 @500')
  const whole = await chat.turn(streamId)
  const lost = whole.at(-1)
  const path = `/api/sessions/${chat.id}/streams/${streamId}/events`
  const again = []
  for await (const frame of client.frames(path, { headers: { 'last-event-id': `${chat.id}/${(lost?.seq ?? 0) - 1}` } }))
    again.push(eventOf(frame))
  expect(again).toEqual([lost])
  let status = 0
  const nothing = client.frames(`${path}?after=${lost?.seq}`, { onStatus: (answer) => (status = answer) })
  expect((await nothing.next()).done).toBe(true)
  expect(status).toBe(204)
})

test('26. Text, tool, text, settled and asked for again: same parts, same order', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo say one; tool work 30; say two; tool more 30; say three')
  await chat.until((event) => event.type === 'tool_call')
  const during = (await chat.get()).live?.messages.at(-1)
  await chat.turn(streamId)
  const parts = (await chat.get()).messages.at(-1)?.parts ?? []
  expect(parts.map((part) => part.type)).toEqual(['text', 'tool', 'text', 'tool', 'text'])
  expect(parts.slice(0, 1)).toEqual(during?.parts.slice(0, 1))
})

test('31. A send whose answer was cut off and is retried runs once', async () => {
  const chat = await openChat(client)
  const headers = { 'idempotency-key': nanoid() }
  const body = { text: '/demo say once', messageId: `msg_${nanoid(22)}` }
  const path = `/api/sessions/${chat.id}/turns`
  const answers = await Promise.all([1, 2, 3].map(() => client.request('POST', path, body, headers)))
  const later = await client.request('POST', path, body, headers)
  for (const answer of [...answers, later]) {
    expect(answer.status).toBe(202)
    expect(answer.body).toEqual(answers[0]?.body)
  }
  const events = await chat.until((event) => event.type === 'turn_ended')
  expect(events.filter((event) => event.type === 'user_message')).toHaveLength(1)
  expect((await client.request('POST', path, { ...body, text: 'another' }, headers)).body).toMatchObject({
    code: 'idempotency_mismatch',
  })
  expect(endOf(events)).toMatchObject({ stopReason: 'end_turn' })
})

test('40. A second send during a run is queued by default, and typed 409 runtime_busy if it asked not to be', async () => {
  const chat = await openChat(client)
  const first = await chat.send('/demo count 30 @100')
  const second = await chat.send('/demo say queued')
  expect(second).toMatchObject({ state: 'queued', position: 1 })
  const refused = await chat.trySend('/demo say refused', { whenBusy: 'reject' })
  expect(refused).toMatchObject({ status: 409, body: { code: 'runtime_busy', activeStreamId: first.streamId } })
  expect(textOfEvents(await chat.turn(second.streamId)).trim()).toBe('queued')
})

test('56. A new chat starts a new runtime session, and the picked provider and model are what runs', async () => {
  const [a, b] = [await openChat(client, { model: 'worker' }), await openChat(client, { model: 'interviewer' })]
  const [first, second] = [await a.send('/demo whoami; recall'), await b.send('/demo whoami; recall')]
  const [said, other] = [textOfEvents(await a.turn(first.streamId)), textOfEvents(await b.turn(second.streamId))]
  expect(said).toContain('model=worker')
  expect(other).toContain('model=interviewer')
  const runtimes = [(await a.get()).session.runtimeSessionId, (await b.get()).session.runtimeSessionId]
  expect(new Set(runtimes).size).toBe(2)
  expect(said).toContain(`runtime=${runtimes[0]}`)
  expect(other).toContain(`runtime=${runtimes[1]}`)
})
