import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { launchHeddle } from '../browser/support/heddle.ts'
import { counted, endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { type Client, createClient } from '../support/client.ts'

let heddle: Awaited<ReturnType<typeof launchHeddle>>
let client: Client

beforeAll(async () => {
  heddle = await launchHeddle()
  client = createClient(heddle.url, heddle.key)
}, 120_000)
afterAll(() => heddle.stop())

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('34. Stop before the first token keeps the prompt', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo wait 20000; say never')
  expect((await chat.cancel(streamId)).status).toBe(202)
  const end = endOf(await chat.turn(streamId))
  expect(end?.type === 'turn_ended' && end.stopReason).toBe('cancelled')
  const { messages } = await chat.get()
  expect(textOf(messages, 'user')).toBe('/demo wait 20000; say never')
  expect(textOf(messages)).not.toContain('never')
})

test('34. Stop in the middle keeps text, thinking and tools', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo think carefully; say before; tool work 10; count 100000 @200')
  await chat.until((_, all) => textOfEvents(all).includes('5 '))
  await chat.cancel(streamId)
  await chat.turn(streamId)
  const { messages } = await chat.get()
  const parts = messages.flatMap((message) => message.parts).filter((part) => part.type !== 'notice')
  expect(parts.slice(1).map((part) => part.type)).toEqual(['thought', 'text', 'tool', 'text'])
  expect(textOf(messages)).toContain('before')
  expect(textOf(messages)).toContain('1 2 3 4 5 ')
})

test('35. Stopping says stopping until it is confirmed; an agent that ignores it is ended within five seconds, with all its children', async () => {
  const chat = await openChat(client, { provider: 'demo-process' })
  const { streamId } = await chat.send('/demo spawn; hang')
  const said = await chat.until((_, all) => /\d{2,}/.test(textOfEvents(all)))
  const child = Number(/\d{2,}/.exec(textOfEvents(said))?.[0])
  expect(alive(child)).toBe(true)
  const stoppedAt = Date.now()
  await chat.cancel(streamId)
  expect((await chat.get()).session.state).toBe('stopping')
  const end = endOf(await chat.turn(streamId))
  expect(end?.type === 'turn_ended' && end.stopReason).toBe('cancelled')
  await vi.waitFor(() => expect(alive(child)).toBe(false), { timeout: 5000 })
  expect(Date.now() - stoppedAt).toBeLessThan(5000)
})

test('36. After a stop the next send is accepted at once and starts only after the old worker is gone', async () => {
  const chat = await openChat(client, { provider: 'demo-process' })
  const first = await chat.send('/demo spawn; hang')
  const said = await chat.until((_, all) => /\d{2,}/.test(textOfEvents(all)))
  const child = Number(/\d{2,}/.exec(textOfEvents(said))?.[0])
  await chat.cancel(first.streamId)
  const second = await chat.send('/demo say next')
  const events = await chat.until((event) => event.type === 'turn_started' && event.streamId === second.streamId)
  expect(alive(child)).toBe(false)
  const ended = events.findIndex((event) => event.type === 'turn_ended' && event.streamId === first.streamId)
  expect(ended).toBeGreaterThan(0)
  expect(textOfEvents(await chat.turn(second.streamId))).toContain('next')
})

test("37. The old worker's late output cannot write into the new turn", async () => {
  const chat = await openChat(client)
  const first = await chat.send('/demo count 5; late 300; wait 60000')
  await chat.until((_, all) => textOfEvents(all).includes('5 '))
  await chat.cancel(first.streamId)
  const second = await chat.send('/demo wait 600; say clean')
  const events = await chat.turn(second.streamId)
  expect(textOfEvents(events).trim()).toBe('clean')
  const all = await chat.until((event) => event.type === 'turn_ended' && event.streamId === second.streamId)
  const end = all.findIndex((event) => event.type === 'turn_ended' && event.streamId === first.streamId)
  expect(all.slice(end + 1).filter((event) => event.streamId === first.streamId)).toEqual([])
})

test('38. A stopping run is not re-attached as running', async () => {
  const chat = await openChat(client, { provider: 'demo-process' })
  const { streamId } = await chat.send('/demo say here; hang')
  await chat.until((_, all) => textOfEvents(all).includes('here'))
  await chat.cancel(streamId)
  const { session, live } = await chat.get()
  expect(session.state).toBe('stopping')
  expect(live?.run.state).toBe('stopping')
  expect(live?.cancelRequestedBy).not.toBeNull()
  await chat.turn(streamId)
  expect((await chat.get()).session.state).not.toBe('running')
})

test('33. Stop on one row leaves the other chat untouched', async () => {
  const [a, b] = [await openChat(client), await openChat(client)]
  const [stopped, kept] = [await a.send('/demo count 100000 @100'), await b.send('/demo count 60 @200')]
  await a.until((_, all) => textOfEvents(all).includes('3 '))
  expect((await a.cancel(kept.streamId)).status).toBe(409)
  await a.cancel(stopped.streamId)
  await a.turn(stopped.streamId)
  const events = await b.turn(kept.streamId)
  expect(textOfEvents(events).startsWith(counted(60))).toBe(true)
})
