import { expect, test } from 'vitest'
import { everything } from '../conformance/log-storage.ts'
import { chunk, newId, turnEnded } from '../store/support.ts'
import { settled, startHouse } from './support.ts'

test('a cursor is taken up where it was, also when nobody else watches', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'), chunk('run_a', '2'), chunk('run_a', '3'))
  const reading = await house.stream(chat.id, '*', '2')
  await reading.until('agent_message_chunk')
  await chat.append(chunk('run_a', '4'))
  await settled(() => expect(reading.seqs()).toEqual([3, 4]))
  expect(reading.of('reset')).toEqual([])
})

test.each([
  ['that is ahead of the log', '99'],
  ['that is no cursor', 'nonsense'],
])('a cursor %s gets a reset that says so, with a snapshot, and then what follows', async (_, after) => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'), chunk('run_a', '2'))
  const reading = await house.stream(chat.id, '*', after)
  const { id, data } = await reading.until('reset')
  expect(id).toBeNull()
  expect(data).toMatchObject({ sessionId: chat.id, seq: 2, state: { seq: 2, session: { id: chat.id } } })
  expect(data.reason).toMatch(/cursor/)
  await chat.append(chunk('run_a', '3'))
  await settled(() => expect(reading.seqs()).toEqual([3]))
  expect(house.hub.stats().resets).toBe(1)
})

test('a log that begins after the cursor gets a reset, never a silent gap', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(...Array.from({ length: 5 }, (_, index) => chunk('run_a', `${index}`)))
  const { readEntries } = house.storage
  house.storage.readEntries = async (id, after, options) => readEntries(id, Math.max(after, 2), options)
  const reading = await house.stream(chat.id, '*')
  expect((await reading.until('reset')).data.seq).toBe(5)
  expect(reading.seqs()).toEqual([])
})

test('asking for a stream that has ended, with a cursor at its end, is over at once', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'), turnEnded('run_a'), chunk('run_b', '2'))
  const isAtEnd = (streamId: string, after: number) => house.hub.isAtEnd(chat.id, streamId, after)
  expect(await Promise.all([isAtEnd('run_a', 2), isAtEnd('run_a', 3)])).toEqual([true, true])
  expect(await Promise.all([isAtEnd('run_a', 1), isAtEnd('run_a', 4)])).toEqual([false, false])
  expect(await Promise.all([isAtEnd('run_b', 3), isAtEnd('*', 3)])).toEqual([false, false])
  for (const after of ['2', '3', 'snapshot']) {
    const reading = await house.stream(chat.id, 'run_a', after)
    await settled(() => expect(reading.isOver).toBe(true))
    expect(reading.events).toEqual([])
  }
})

test('the stream of everything goes on after a turn has ended', async () => {
  const house = await startHouse()
  const chat = await house.session()
  const reading = await house.stream(chat.id, '*')
  await chat.append(turnEnded('run_a'))
  await chat.append(chunk('run_b', 'next'))
  await settled(() => expect(reading.seqs()).toEqual([1, 2]))
  expect(reading.isOver).toBe(false)
})

test('the stream of an unknown session ends; that of a removed one ends when it goes', async () => {
  const house = await startHouse()
  const unknown = await house.stream(newId('ses'), '*')
  await settled(() => expect(unknown.isOver).toBe(true))
  const chat = await house.session()
  await chat.append(chunk('run_a', '1'))
  const reading = await house.stream(chat.id, '*')
  await reading.until('agent_message_chunk')
  house.forget(chat.id)
  house.hub.removed(chat.id)
  await settled(() => expect(reading.isOver).toBe(true))
})

test('what an event carries cannot begin another event', async () => {
  const house = await startHouse()
  const chat = await house.session()
  const reading = await house.stream(chat.id, '*')
  const text = 'a\n\nid: forged\nevent: turn_ended\ndata: {}\n\n\r\r: \u2028'
  await chat.append(chunk('run_a', text))
  const { data, id } = await reading.until('agent_message_chunk')
  expect([data.text, id]).toEqual([text, `${chat.id}/1`])
  expect(reading.frames).toHaveLength(1)
})

test('a reader who needs what the recent frames have not gets it from the log, and the loop never stands still', async () => {
  const house = await startHouse()
  const chat = await house.session()
  for (let index = 1; index <= 4; index++) await chat.append(chunk('run_a', `${index}`))
  const watching = await house.stream(chat.id, '*', '4')
  await settled(() => expect(house.hub.stats().subscriptions).toBe(1))
  await chat.append(chunk('run_a', '5'))
  await settled(() => expect(watching.seqs()).toEqual([5]))
  // An old one once more: the recent frames now end at 3, the log at 5.
  const entries = (await everything(house.log.read(chat.id, 0))).slice(2, 3)
  house.hub.onCommitted({ entries, sessions: [] })
  const reading = await house.stream(chat.id, '*', '2')
  await settled(() => expect(reading.seqs()).toEqual([3, 4, 5]))
  expect(watching.seqs()).toEqual([5])
})

test('a reader of a stream that is quiet while others speak leaves the log alone', async () => {
  const house = await startHouse()
  const chat = await house.session()
  await chat.append(chunk('run_a', 'mine'), ...Array.from({ length: 20 }, () => chunk('run_b', 'other')))
  const { readEntries } = house.storage
  let reads = 0
  house.storage.readEntries = (...asked) => {
    reads++
    return readEntries(...asked)
  }
  const reading = await house.stream(chat.id, 'run_a')
  await reading.until('agent_message_chunk')
  await chat.append(chunk('run_b', 'other'))
  await chat.append(chunk('run_a', 'again'))
  await reading.until('agent_message_chunk', ({ data }) => data.text === 'again')
  expect(reads).toBeLessThan(5)
})
