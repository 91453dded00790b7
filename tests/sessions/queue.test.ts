import { expect, test } from 'vitest'
import { createRoom, person, promptOf, type Room, sent } from './support/room.ts'

async function busy(room: Room) {
  const { id } = await room.create()
  return { id, prompt: await room.prompt(id, 'first') }
}

const resume = (room: Room, id: string) => room.sessions.resumeQueue(id, person)

test('40. A second send during a run is queued by default, and refused by name if it asked not to be', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  expect(await room.send(id, 'second')).toMatchObject({ state: 'queued', position: 1 })
  expect(await room.send(id, 'third')).toMatchObject({ state: 'queued', position: 2 })
  await expect(room.send(id, 'no', { whenBusy: 'reject' })).rejects.toMatchObject({
    code: 'runtime_busy',
    extensions: { activeStreamId: prompt.turn.turnId },
  })
  expect((await room.row(id)).queueLength).toBe(2)
  expect((await room.sessions.queue(id)).items.map(({ text }) => text)).toEqual(['second', 'third'])
})

test('the queue drains by itself after a good end, in order, with nobody watching', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  const second = await room.send(id, 'second')
  const third = await room.send(id, 'third')
  prompt.end()
  const next = await promptOf(room.runtimes, second.streamId)
  expect(next.turn.text).toBe('second')
  next.end()
  const last = await promptOf(room.runtimes, third.streamId)
  last.end()
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toEqual({ items: [], held: null })
  expect(sent(room, id, 'turn_ended')).toHaveLength(3)
})

test('49. Queued messages survive a restart, and go to their own session only', async () => {
  const room = createRoom()
  const { id } = await busy(room)
  const other = await busy(room)
  await room.send(id, 'for the first chat')
  const after = await room.restart()
  const { queue, session } = await after.get(id)
  expect(queue).toMatchObject({ held: 'interrupted', items: [{ text: 'for the first chat' }] })
  expect(session.state).toBe('interrupted')
  expect((await after.get(other.id)).queue.items).toEqual([])
  await resume(after, id)
  const prompt = await promptOf(after.runtimes, (await after.row(id)).activeStreamId as string)
  expect(prompt.turn.text).toBe('for the first chat')
  expect(prompt.turn.text).toBe('for the first chat')
})

test('50. After an error the queue waits and says so; it does not fire by itself', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  await room.send(id, 'second')
  prompt.fail({ summary: 'It broke.' })
  await room.untilState(id, 'error')
  const { queue, runs } = await room.get(id)
  expect(queue).toMatchObject({ held: 'error', items: [{ text: 'second' }] })
  expect(runs[0]?.recovery?.nextActions.map(({ action }) => action)).toContain('resume_queue')
  expect((await room.runtimes.runtime()).prompts).toHaveLength(1)
  expect((await resume(room, id)).items).toEqual([])
  expect((await room.row(id)).activeStreamId).not.toBeNull()
})

test('50. After a stop the queue waits and says so; it does not fire by itself', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  await room.send(id, 'second')
  await room.sessions.cancel(id, prompt.turn.turnId, person)
  prompt.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toMatchObject({ held: 'stopped', items: [{ text: 'second' }] })
})

test('a new message goes before a held queue, and the queue stays held after it', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  await room.send(id, 'held')
  prompt.fail({})
  await room.untilState(id, 'error')
  const fresh = await room.send(id, 'fresh')
  expect(fresh.state).not.toBe('queued')
  const running = await promptOf(room.runtimes, fresh.streamId)
  const later = await room.send(id, 'later')
  expect(later.position).toBe(1)
  running.end()
  const next = await promptOf(room.runtimes, later.streamId)
  expect(next.turn.text).toBe('later')
  next.end()
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toMatchObject({ held: 'error', items: [{ text: 'held' }] })
})

test('resuming while something runs lets the queue follow it', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  const held = await room.send(id, 'held')
  prompt.fail({})
  await room.untilState(id, 'error')
  const fresh = await promptOf(room.runtimes, (await room.send(id, 'fresh')).streamId)
  expect(await resume(room, id)).toMatchObject({ held: null, items: [{ text: 'held' }] })
  fresh.end()
  expect((await promptOf(room.runtimes, held.streamId)).turn.text).toBe('held')
})

test('cancelling a queued stream takes it out, and nothing else', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  const second = await room.send(id, 'second')
  await room.send(id, 'third')
  expect(await room.sessions.cancel(id, second.streamId, person)).toEqual({
    streamId: second.streamId,
    state: 'cancelled',
  })
  expect((await room.get(id)).queue.items.map(({ text }) => text)).toEqual(['third'])
  expect((await room.row(id)).activeStreamId).toBe(prompt.turn.turnId)
  await expect(room.sessions.cancel(id, second.streamId, person)).rejects.toMatchObject({ code: 'not_active' })
})

test('a queue that has nothing held in it any more drains by itself again', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  const held = await room.send(id, 'held')
  prompt.fail({})
  await room.untilState(id, 'error')
  await room.sessions.cancel(id, held.streamId, person)
  expect((await room.get(id)).queue).toEqual({ items: [], held: null })
})

test('a queue is bounded, and says so', async () => {
  const room = createRoom()
  const { id } = await busy(room)
  for (let number = 0; number < 100; number++) await room.send(id, `message ${number}`)
  await expect(room.send(id, 'one more')).rejects.toMatchObject({ code: 'too_many_requests' })
})

test('the end of a turn and the claim of the next are one append: a crash finds no gap between them', async () => {
  const room = createRoom()
  const { id, prompt } = await busy(room)
  await room.send(id, 'second')
  const release = room.store.holdCommits()
  prompt.end()
  release()
  await room.until(id, ({ queueLength }) => queueLength === 0)
  const types = room.types(id)
  const end = types.indexOf('turn_ended')
  expect(types.slice(end, end + 4)).toEqual(['turn_ended', 'queue_changed', 'user_message', 'turn_started'])
  expect(room.rows.filter((row) => row.id === id && row.activeStreamId === null && row.headSeq > 2)).toEqual([])
})

test('the title comes from the first message that runs, also when it waited in the queue', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const release = room.store.holdCommits()
  const sending = room.send(id, 'First words')
  release()
  await sending
  expect((await room.row(id)).title).toBe('First words')
})
