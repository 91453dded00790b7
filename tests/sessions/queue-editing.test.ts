import { expect, test } from 'vitest'
import { aRequest } from './support/fake-runtimes.ts'
import { createRoom, person, promptOf, type Room, sent } from './support/room.ts'

async function busyWith(room: Room, ...texts: string[]) {
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'first')
  const queued = []
  for (const text of texts) queued.push(await room.send(id, text))
  return { id, prompt, queued, texts: async () => (await room.get(id)).queue.items.map(({ text }) => text) }
}

async function heldWith(room: Room, ...texts: string[]) {
  const busy = await busyWith(room, ...texts)
  await room.sessions.cancel(busy.id, busy.prompt.turn.turnId, person)
  busy.prompt.end({ stopReason: 'cancelled' })
  await room.untilState(busy.id, 'idle')
  return busy
}

test('A queued message is edited: it keeps its place, and runs in the new words', async () => {
  const room = createRoom()
  const { id, prompt, queued } = await busyWith(room, 'second', 'third')
  const { messageId = '', streamId = '' } = queued[0] ?? {}
  const { items } = await room.sessions.editQueued(id, messageId, { text: 'in other words' }, person)
  expect(items.map(({ text }) => text)).toEqual(['in other words', 'third'])
  prompt.end()
  expect((await promptOf(room.runtimes, streamId)).turn.text).toBe('in other words')
})

test('The queue is re-ordered, counted from 1; beyond the end is the end', async () => {
  const room = createRoom()
  const { id, queued, texts } = await busyWith(room, 'a', 'b', 'c')
  const move = (index: number, position: number) =>
    room.sessions.editQueued(id, queued[index]?.messageId ?? '', { position }, person)
  await move(2, 1)
  expect(await texts()).toEqual(['c', 'a', 'b'])
  await move(2, 99)
  expect(await texts()).toEqual(['a', 'b', 'c'])
})

test('Each change is one event with the whole queue; what changes nothing is none', async () => {
  const room = createRoom()
  const { id, queued, texts } = await busyWith(room, 'a', 'b')
  const { messageId = '' } = queued[0] ?? {}
  const before = sent(room, id, 'queue_changed').length
  await room.sessions.editQueued(id, messageId, { text: 'a2', position: 2 }, person)
  await room.sessions.editQueued(id, messageId, { text: 'a2', position: 2 }, person)
  const events = sent(room, id, 'queue_changed').slice(before)
  expect(events).toMatchObject([{ queue: { items: [{ text: 'b' }, { text: 'a2' }], held: null } }])
  expect(await texts()).toEqual(['b', 'a2'])
})

test('A message is taken out, and nothing else; again it is not there any more', async () => {
  const room = createRoom()
  const { id, queued } = await busyWith(room, 'a', 'b')
  const { messageId = '' } = queued[0] ?? {}
  expect((await room.sessions.takeOut(id, messageId, person)).items.map(({ text }) => text)).toEqual(['b'])
  await expect(room.sessions.takeOut(id, messageId, person)).rejects.toMatchObject({ code: 'not_found' })
})

test('An edit that comes too late says that the message was sent, and by which turn', async () => {
  const room = createRoom()
  const { id, prompt, queued } = await busyWith(room, 'second')
  const { messageId = '', streamId = '' } = queued[0] ?? {}
  prompt.end()
  await promptOf(room.runtimes, streamId)
  const late = { code: 'already_sent', extensions: { streamId } }
  await expect(room.sessions.editQueued(id, messageId, { text: 'late' }, person)).rejects.toMatchObject(late)
  await expect(room.sessions.takeOut(id, messageId, person)).rejects.toMatchObject(late)
  await expect(room.sessions.sendNow(id, messageId, person)).rejects.toMatchObject(late)
})

test('Send now stops what runs and goes first; the others follow as they would have', async () => {
  const room = createRoom()
  const { id, prompt, queued, texts } = await busyWith(room, 'a', 'b', 'c')
  const answer = await room.sessions.sendNow(id, queued[2]?.messageId ?? '', person)
  expect(answer).toMatchObject({ state: 'queued', position: 1, streamId: queued[2]?.streamId })
  expect(await room.row(id)).toMatchObject({ state: 'stopping', queueLength: 3 })
  expect(prompt.signal.aborted).toBe(true)
  prompt.end({ stopReason: 'cancelled' })
  const now = await promptOf(room.runtimes, answer.streamId)
  expect(now.turn.text).toBe('c')
  expect((await room.get(id)).queue).toMatchObject({ held: null, items: [{ text: 'a' }, { text: 'b' }] })
  now.end()
  await promptOf(room.runtimes, queued[0]?.streamId ?? '')
  expect(await texts()).toEqual(['b'])
})

test('Send now of a held queue runs it at once; the rest stays held', async () => {
  const room = createRoom()
  const { id, queued } = await heldWith(room, 'a', 'b')
  const answer = await room.sessions.sendNow(id, queued[1]?.messageId ?? '', person)
  expect(answer.state).not.toBe('queued')
  const now = await promptOf(room.runtimes, answer.streamId)
  expect(now.turn.text).toBe('b')
  now.end()
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toMatchObject({ held: 'stopped', items: [{ text: 'a' }] })
})

test('Send now while a stop is under way: it runs next, and what the stop held stays held', async () => {
  const room = createRoom()
  const { id, prompt, queued } = await busyWith(room, 'a', 'b')
  await room.sessions.cancel(id, prompt.turn.turnId, person)
  const answer = await room.sessions.sendNow(id, queued[1]?.messageId ?? '', person)
  prompt.end({ stopReason: 'cancelled' })
  ;(await promptOf(room.runtimes, answer.streamId)).end()
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toMatchObject({ held: 'stopped', items: [{ text: 'a' }] })
  expect(sent(room, id, 'cancel_requested')).toHaveLength(1)
})

test('40. A send that interrupts goes before what is queued; what was asked for expires, with its reason', async () => {
  const room = createRoom()
  const { id, prompt } = await busyWith(room, 'a')
  void prompt.sink.requestPermission(aRequest('deploy'))
  await room.untilState(id, 'needs_approval')
  const answer = await room.send(id, 'now', { whenBusy: 'interrupt' })
  expect(answer).toMatchObject({ state: 'queued', position: 1 })
  expect(sent(room, id, 'permission_expired')).toMatchObject([
    { permission: { reason: 'Ada sent another message first: nothing was run.' } },
  ])
  prompt.end({ stopReason: 'cancelled' })
  expect((await promptOf(room.runtimes, answer.streamId)).turn.text).toBe('now')
})

test('Of two that interrupt one turn the later goes first, and both run', async () => {
  const room = createRoom()
  const { id, prompt } = await busyWith(room)
  const one = await room.send(id, 'one', { whenBusy: 'interrupt' })
  const two = await room.send(id, 'two', { whenBusy: 'interrupt' })
  prompt.end({ stopReason: 'cancelled' })
  ;(await promptOf(room.runtimes, two.streamId)).end()
  ;(await promptOf(room.runtimes, one.streamId)).end()
  await room.untilState(id, 'idle')
})

test('A stop after an interrupt holds what is left', async () => {
  const room = createRoom()
  const { id, prompt, queued } = await busyWith(room, 'a', 'b')
  const answer = await room.sessions.sendNow(id, queued[0]?.messageId ?? '', person)
  prompt.end({ stopReason: 'cancelled' })
  const now = await promptOf(room.runtimes, answer.streamId)
  await room.sessions.cancel(id, answer.streamId, person)
  now.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toMatchObject({ held: 'stopped', items: [{ text: 'b' }] })
})

test('Send now survives a crash in that moment: the message is first, and waits', async () => {
  const room = createRoom()
  const { id, queued } = await busyWith(room, 'a', 'b')
  await room.sessions.sendNow(id, queued[1]?.messageId ?? '', person)
  const after = await room.restart()
  expect((await after.get(id)).queue).toMatchObject({ held: 'interrupted', items: [{ text: 'b' }, { text: 'a' }] })
})

test('Two editors at once: the last words stand, and the order loses nothing', async () => {
  const room = createRoom()
  const { id, queued, texts } = await busyWith(room, 'a', 'b', 'c')
  const [a = '', b = '', c = ''] = queued.map(({ messageId }) => messageId)
  const change = (messageId: string, body: object) => room.sessions.editQueued(id, messageId, body, person)
  await Promise.all([
    change(a, { text: 'a1', position: 3 }),
    change(a, { text: 'a2' }),
    change(c, { position: 1 }),
    change(b, { text: 'b1' }),
  ])
  expect(await texts()).toEqual(['c', 'b1', 'a2'])
})

test('A steer says that this agent cannot be steered, and loses nothing', async () => {
  const room = createRoom()
  const { id, texts } = await busyWith(room, 'a')
  await expect(room.send(id, 'b', { whenBusy: 'steer' })).rejects.toMatchObject({ code: 'not_implemented' })
  expect(await texts()).toEqual(['a'])
})

test('A message for an agent that nobody can reach now does not stop what runs', async () => {
  const room = createRoom()
  const { id, queued } = await busyWith(room, 'a')
  room.runtimes.set({ id: 'fake', state: 'needs_key' })
  const now = room.sessions.sendNow(id, queued[0]?.messageId ?? '', person)
  await expect(now).rejects.toMatchObject({ code: 'provider_not_ready' })
  expect(await room.row(id)).toMatchObject({ state: 'running', queueLength: 1 })
})
