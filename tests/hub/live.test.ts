import { expect, onTestFinished, test, vi } from 'vitest'
import { createAdmission } from '../../server/hub/admission.ts'
import { initialState } from '../../shared/state.ts'
import { aSession, chunk, newId } from '../store/support.ts'
import { settled, startHouse } from './support.ts'

test('one connection carries many sessions, each by its own cursor, and says hello first', async () => {
  const house = await startHouse()
  const chats = await Promise.all([house.session(), house.session(), house.session()])
  for (const chat of chats) await chat.append(chunk('run_a', '1'), chunk('run_a', '2'))
  const [one, two, three] = chats.map(({ id }) => id)
  const live = await house.live({
    sessions: [
      { id: one!, after: 0 },
      { id: two!, after: 1 },
      { id: three!, after: 'snapshot' },
    ],
  })
  await settled(() => expect(live.events).toHaveLength(3))
  expect(live.frames[0]).toMatchObject({ event: 'hello', id: null, data: { version: '1' } })
  await Promise.all(chats.map((chat) => chat.append(chunk('run_a', '3'))))
  await settled(() => expect(live.events).toHaveLength(6))
  const seqsOf = (id?: string) => live.events.filter(({ data }) => data.sessionId === id).map(({ data }) => data.seq)
  expect([seqsOf(one), seqsOf(two), seqsOf(three)]).toEqual([[1, 2, 3], [2, 3], [3]])
  expect(live.of('snapshot').map(({ data }) => [data.sessionId, data.seq])).toEqual([[three, 2]])
})

test('sessions are added and taken away while it is open; adding one that it carries rewinds it', async () => {
  const house = await startHouse()
  const chat = await house.session()
  const other = await house.session()
  await chat.append(chunk('run_a', '1'), chunk('run_a', '2'))
  const live = await house.live({ sessions: [] })
  await live.until('hello')
  const change = (change: Parameters<typeof house.hub.change>[2]) => house.hub.change(live.connectionId, 'key', change)
  expect(change({ add: [{ id: chat.id, after: 1 }] })).toBe(true)
  await settled(() => expect(live.seqs()).toEqual([2]))
  change({
    add: [
      { id: chat.id, after: 0 },
      { id: other.id, after: 0 },
    ],
  })
  await settled(() => expect(live.seqs()).toEqual([2, 1, 2]))
  change({ remove: [chat.id] })
  await chat.append(chunk('run_a', '3'))
  await other.append(chunk('run_a', 'other'))
  await live.until('agent_message_chunk', ({ data }) => data.text === 'other')
  expect(live.events.filter(({ data }) => data.sessionId === chat.id)).toHaveLength(3)
  expect(house.hub.stats().subscriptions).toBe(1)
})

test('a session that is made while it is being looked for, and asked for again, is carried', async () => {
  const answers: (() => void)[] = []
  const made = newId('ses')
  let isMade = false
  const house = await startHouse({
    snapshotOf(id) {
      const state = { ...initialState, session: aSession({ id }) }
      const snapshot = isMade ? { seq: 0, state } : null
      return new Promise((resolve) => answers.push(() => resolve(snapshot)))
    },
  })
  const live = await house.live({ sessions: [{ id: made, after: 0 }] })
  await live.until('hello')
  await settled(() => expect(answers).toHaveLength(1))
  isMade = true
  house.hub.change(live.connectionId, 'key', { add: [{ id: made, after: 0 }] })
  await settled(() => expect(answers).toHaveLength(2))
  for (const answer of answers) answer()
  await settled(() => {
    house.hub.change(live.connectionId, 'key', { ping: true })
    expect(live.of('ping').at(-1)?.data.heads).toEqual({ [made]: 0 })
  })
  expect(live.of('session_gone')).toEqual([])
})

test('a session that is removed while it is being read goes; what else the connection carries goes on', async () => {
  const house = await startHouse()
  const [removed, other] = [await house.session(), await house.session()]
  await removed.append(...Array.from({ length: 3_000 }, () => chunk('run_a', 'x')))
  await other.append(chunk('run_b', '1'))
  const { readEntries } = house.storage
  house.storage.readEntries = async (sessionId, after, options) => {
    if (sessionId !== removed.id || after === 0) return readEntries(sessionId, after, options)
    house.forget(removed.id)
    return []
  }
  const live = await house.live({ sessions: [removed, other].map(({ id }) => ({ id, after: 0 })) })
  await live.until('session_gone', ({ data }) => data.sessionId === removed.id)
  await other.append(chunk('run_b', '2'))
  await live.until('agent_message_chunk', ({ data }) => data.text === '2')
  expect(live.isOver).toBe(false)
})

test('a connection can be changed by its own key only', async () => {
  const house = await startHouse()
  const live = await house.live({ sessions: [] }, 'mine')
  await live.until('hello')
  expect(house.hub.change(live.connectionId, 'other', { ping: true })).toBe(false)
  expect(house.hub.change(newId('key'), 'mine', { ping: true })).toBe(false)
})

test('a ping, asked for, says how far each session and the feed have been sent', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'), chunk('run_a', '2'))
  const live = await house.live({ feed: { after: null }, sessions: [{ id: chat.id, after: 0 }] })
  await settled(() => expect(live.events).toHaveLength(2))
  house.hub.change(live.connectionId, 'key', { ping: true })
  const { data } = await live.until('ping')
  expect(data).toEqual({ type: 'ping', heads: { [chat.id]: 2 }, feed: house.hub.feed.cursor() })
})

test('an unknown session, and one that is removed, is told to be gone; the others go on', async () => {
  const house = await startHouse()
  const chat = await house.session()
  const removed = await house.session()
  await removed.append(chunk('run_a', '1'))
  const unknown = newId('ses')
  const live = await house.live({ sessions: [unknown, chat.id, removed.id].map((id) => ({ id, after: 0 })) })
  await live.until('session_gone', ({ data }) => data.sessionId === unknown)
  await settled(() => expect(live.seqs()).toEqual([1]))
  house.forget(removed.id)
  house.hub.removed(removed.id)
  await live.until('session_gone', ({ data }) => data.sessionId === removed.id)
  await chat.append(chunk('run_a', 'still here'))
  await live.until('agent_message_chunk', ({ data }) => data.text === 'still here')
})

test('a connection carries at most 256 sessions', async () => {
  const house = await startHouse()
  const live = await house.live({ sessions: [] })
  await live.until('hello')
  const add = Array.from({ length: 257 }, () => ({ id: newId('ses'), after: 0 }))
  expect(() => house.hub.change(live.connectionId, 'key', { add })).toThrow(/at most 256/)
})

test('everything of a key ends when it is revoked, and nothing of another', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'))
  const revoked = [await house.stream(chat.id, '*', '', 'old'), await house.live({ sessions: [] }, 'old')]
  const kept = await house.live({ sessions: [] }, 'new')
  house.hub.closeKey('old')
  await settled(() => expect(revoked.map(({ isOver }) => isOver)).toEqual([true, true]))
  expect(kept.isOver).toBe(false)
  expect(house.hub.stats().connections).toBe(1)
})

test('over the cap, of a key or in all, a stream is refused with the time to wait; one that ends makes room', async () => {
  const house = await startHouse({ maxStreams: 3, maxStreamsPerKey: 2 })
  const open = [await house.live({ sessions: [] }, 'one'), await house.live({ sessions: [] }, 'one')]
  expect((await house.live({ sessions: [] }, 'one')).response.statusCode).toBe(429)
  await house.live({ sessions: [] }, 'two')
  const refused = () => house.hub.admit('three')
  expect(refused).toThrow(expect.objectContaining({ code: 'too_many_streams', extensions: { retryAfter: 5 } }))
  open[0]?.end()
  await settled(() => expect(house.hub.stats().connections).toBe(2))
  expect(refused).not.toThrow()
})

test('a place that was asked for and never used is free again', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const admission = createAdmission({ maxStreams: 1 })
  admission.reserve('key')
  expect(() => admission.reserve('key')).toThrow()
  vi.advanceTimersByTime(10_001)
  expect(() => admission.reserve('key')).not.toThrow()
})

test('the rows of a connection without a feed stay out of it', async () => {
  const house = await startHouse()
  const chat = await house.session()
  const live = await house.live({ sessions: [{ id: chat.id, after: 0 }] })
  house.hub.feed.session(aSession())
  await chat.append(chunk('run_a', '1'))
  await live.until('agent_message_chunk')
  expect(live.of('session_changed')).toEqual([])
})
