import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Queue } from '../../shared/model.ts'
import { launchHeddle } from '../browser/support/heddle.ts'
import { chatOf, endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { type Client, createClient } from '../support/client.ts'

let heddle: Awaited<ReturnType<typeof launchHeddle>>
const client = (): Client => createClient(heddle.url, heddle.key)

beforeAll(async () => {
  heddle = await launchHeddle()
}, 120_000)
afterAll(() => heddle.stop())

const pathOf = (id: string, messageId: string) => `/api/sessions/${id}/queue/${messageId}`
const textsOf = ({ items }: Queue) => items.map(({ text }) => text)

async function busyWith(...texts: string[]) {
  const chat = await openChat(client())
  const first = await chat.send('/demo count 100000 @100')
  await chat.until((_, all) => textOfEvents(all).includes('2 '))
  const queued = []
  for (const text of texts) queued.push(await chat.send(text))
  return { chat, first, queued }
}

test('40. A second send during a run is queued by default, and typed 409 runtime_busy if it asked not to be. Nothing typed is ever lost', async () => {
  const { chat, first } = await busyWith('/demo say second')
  const refused = await chat.trySend('/demo say no', { whenBusy: 'reject' })
  expect(refused).toMatchObject({ status: 409, body: { code: 'runtime_busy', activeStreamId: first.streamId } })
  const steered = await chat.trySend('/demo say no', { whenBusy: 'steer' })
  expect(steered).toMatchObject({ status: 501, body: { code: 'not_implemented' } })
  const now = await chat.send('/demo say now', { whenBusy: 'interrupt' })
  expect(now).toMatchObject({ state: 'queued', position: 1 })
  const end = endOf(await chat.turn(first.streamId))
  expect(end?.type === 'turn_ended' && end.stopReason).toBe('cancelled')
  expect(textOfEvents(await chat.turn(now.streamId)).trim()).toBe('now')
  await chat.until((_, all) => all.filter(({ type }) => type === 'turn_ended').length === 3)
  expect(textOf((await chat.get()).messages, 'user')).toBe('/demo count 100000 @100/demo say now/demo say second')
})

test('The queue is edited, re-ordered and shortened over the wire; what has left it says so', async () => {
  const { chat, first, queued } = await busyWith('/demo say a', '/demo say b', '/demo say c')
  const [a = '', b = '', c = ''] = queued.map(({ messageId }) => messageId)
  const edited = await client().ok<Queue>('PATCH', pathOf(chat.id, a), { text: '/demo say changed', position: 3 })
  expect(textsOf(edited)).toEqual(['/demo say b', '/demo say c', '/demo say changed'])
  const reader = chat.turn(queued[1]?.streamId ?? '')
  const headers = { 'idempotency-key': 'once-and-for-all' }
  for (let round = 0; round < 2; round++)
    expect(textsOf(await client().ok<Queue>('DELETE', pathOf(chat.id, b), undefined, headers))).toHaveLength(2)
  expect(await client().request('DELETE', pathOf(chat.id, b))).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  })
  for (const body of [{ position: 0 }, { text: ' ' }, { place: 1 }])
    expect((await client().request('PATCH', pathOf(chat.id, c), body)).status).toBe(400)
  expect(await reader, 'who reads the stream of a message that is taken out is not kept waiting').toEqual([])
  const { session } = await chat.get()
  expect(session.queueLength).toBe(2)
  expect(await client().ok('POST', `${pathOf(chat.id, a)}/send-now`, {})).toMatchObject({
    state: 'queued',
    position: 1,
  })
  const streamId = queued[0]?.streamId ?? ''
  await chat.turn(first.streamId)
  expect(textOfEvents(await chat.turn(streamId)).trim()).toBe('changed')
  const late = await client().request('PATCH', pathOf(chat.id, a), { text: 'too late' })
  expect(late).toMatchObject({ status: 409, body: { code: 'already_sent', streamId } })
  expect(textOfEvents(await chat.turn(queued[2]?.streamId ?? '')).trim()).toBe('c')
})

test('49. Queued messages survive restarts, in their order and in their last words; they go to their own session when told to go on', async () => {
  const { chat, queued } = await busyWith('/demo say one', '/demo say two', '/demo say three')
  const other = await busyWith('/demo say other')
  const [one = '', two = ''] = queued.map(({ messageId }) => messageId)
  await client().ok('PATCH', pathOf(chat.id, two), { text: '/demo say second' })
  await client().ok('PATCH', pathOf(chat.id, one), { position: 3 })
  const before = (await chat.get()).queue.items
  await heddle.kill('SIGKILL')
  await heddle.restart()
  const after = chatOf(client(), chat.id)
  expect((await after.get()).queue).toEqual({ items: before, held: 'interrupted' })
  expect(textsOf((await chatOf(client(), other.chat.id).get()).queue)).toEqual(['/demo say other'])
  await client().ok('POST', `/api/sessions/${chat.id}/queue/resume`, {})
  await after.until((_, all) => all.filter(({ type }) => type === 'turn_ended').length === 4)
  const { messages, queue } = await after.get()
  expect(textOf(messages, 'user')).toBe('/demo count 100000 @100/demo say second/demo say three/demo say one')
  expect(queue).toEqual({ items: [], held: null })
  expect((await chatOf(client(), other.chat.id).get()).queue.held).toBe('interrupted')
})

test('50. After an error or a stop the queue waits and says so; it does not fire by itself', async () => {
  const { chat, first, queued } = await busyWith('/demo say a', '/demo say b')
  await chat.cancel(first.streamId)
  await chat.turn(first.streamId)
  expect((await chat.get()).queue).toMatchObject({ held: 'stopped', items: [{}, {}] })
  const { messageId = '', streamId = '' } = queued[1] ?? {}
  const now = await client().ok('POST', `${pathOf(chat.id, messageId)}/send-now`, {})
  expect(now).toMatchObject({ messageId, streamId })
  expect(textOfEvents(await chat.turn(streamId)).trim()).toBe('b')
  const { session, queue } = await chat.get()
  expect(queue).toMatchObject({ held: 'stopped', items: [{ text: '/demo say a' }] })
  expect(session.activeStreamId).toBeNull()
})
