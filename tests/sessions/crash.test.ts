import { expect, test } from 'vitest'
import type { Permission } from '../../shared/model.ts'
import { aRequest, waitFor } from './support/fake-runtimes.ts'
import { createRoom, person, promptOf, quiet, sent, textOf } from './support/room.ts'

test('39. Server killed in mid-run: prompt and partial answer are there, marked interrupted, and the next send is accepted at once', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.say('half an answer')
  await room.until(id, ({ lastMessagePreview }) => lastMessagePreview !== 'work')
  const after = await room.restart()
  const { session, messages, runs, live } = await after.get(id)
  expect(live).toBeNull()
  expect(session).toMatchObject({ state: 'interrupted', activeStreamId: null, activity: null })
  expect([textOf(messages, 'user'), textOf(messages)]).toEqual(['work', 'half an answer'])
  expect(runs[0]).toMatchObject({ state: 'interrupted', recovery: { status: 'Interrupted' } })
  const next = await after.send(id, 'next')
  expect(next.state).not.toBe('queued')
  await promptOf(after.runtimes, next.streamId)
})

test('an old server that still writes after another has started writes nothing', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const after = await room.restart()
  prompt.say('from the grave')
  prompt.end()
  await quiet()
  expect(JSON.stringify(after.events(id))).not.toContain('grave')
  expect(sent(after, id, 'turn_ended')).toHaveLength(1)
})

test('47. A restart expires what was open, with its reason; it can no longer be decided', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  void prompt.sink.requestPermission(aRequest('deploy'))
  const [pending] = (await room.untilState(id, 'needs_approval')).pending as [Permission]
  const after = await room.restart()
  expect((await after.row(id)).pending).toEqual([])
  expect(sent(after, id, 'permission_expired')).toMatchObject([{ permission: { reason: expect.any(String) } }])
  const body = { optionId: 'yes', digest: pending.digest }
  await expect(after.sessions.resolvePermission(id, pending.streamId, pending.id, body, person)).rejects.toMatchObject({
    code: 'expired',
  })
})

test('after a crash nobody claims that what was allowed was not run', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  void prompt.sink.requestPermission(aRequest('deploy'))
  const [pending] = (await room.untilState(id, 'needs_approval')).pending as [Permission]
  const body = { optionId: 'yes', digest: pending.digest }
  await room.sessions.resolvePermission(id, pending.streamId, pending.id, body, person)
  const after = await room.restart()
  expect((await after.get(id)).runs[0]?.recovery?.status).toBe('Interrupted')
  expect(sent(after, id, 'permission_expired')).toEqual([])
})

test('a restart changes nothing of a chat that had ended', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.say('done')
  prompt.end()
  await room.untilState(id, 'idle')
  await quiet()
  const before = await room.get(id)
  expect(await (await room.restart()).get(id)).toEqual(JSON.parse(JSON.stringify(before)))
})

test('30. An interrupted prompt is not put before every later one', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await room.prompt(id, 'interrupted')
  const after = await room.restart()
  for (const text of ['first', 'second']) {
    const prompt = await after.prompt(id, text)
    expect(prompt.turn.text).toBe(text)
    prompt.end()
    await after.untilState(id, 'idle')
  }
  expect(sent(after, id, 'user_message')).toHaveLength(3)
})

test('one session that cannot be read does not keep the others from starting', async () => {
  const room = createRoom()
  const [bad, good] = [await room.create(), await room.create()]
  await room.prompt(bad.id, 'bad')
  await room.prompt(good.id, 'good')
  const [entry] = room.store.entries.get(bad.id) ?? []
  if (entry) room.store.entries.set(bad.id, [{ ...entry, data: 'not JSON' }])
  const after = await room.restart()
  expect((await after.row(good.id)).state).toBe('interrupted')
  expect(after.errors).toHaveLength(1)
})

test('a clean stop lets agents finish, marks the rest interrupted, and closes every runtime', async () => {
  const room = createRoom()
  const [quick, slow, waiting] = [await room.create(), await room.create(), await room.create()]
  const finishing = await room.prompt(quick.id, 'quick')
  await room.prompt(slow.id, 'slow')
  void (await room.prompt(waiting.id, 'waiting')).sink.requestPermission(aRequest('deploy'))
  await room.untilState(waiting.id, 'needs_approval')
  await room.send(quick.id, 'queued')
  const stopping = room.sessions.shutdown(200)
  await expect(room.send(quick.id, 'more')).rejects.toMatchObject({ code: 'shutting_down' })
  await expect(room.create()).rejects.toMatchObject({ code: 'shutting_down' })
  finishing.say('finished')
  finishing.end()
  await stopping
  expect((await room.get(quick.id)).runs[0]).toMatchObject({ state: 'done' })
  expect((await room.get(quick.id)).queue).toMatchObject({ held: 'interrupted', items: [{ text: 'queued' }] })
  expect((await room.get(slow.id)).runs[0]).toMatchObject({
    state: 'interrupted',
    recovery: { rootCause: 'Heddle’s server was shut down.' },
  })
  expect((await room.row(waiting.id)).state).toBe('interrupted')
  expect(room.runtimes.opened.map(({ isClosed }) => isClosed)).toEqual([true, true, true])
})

test('a clean stop with nothing running is over at once', async () => {
  const room = createRoom()
  await room.create()
  const before = performance.now()
  await room.sessions.shutdown(10_000)
  expect(performance.now() - before).toBeLessThan(1000)
})

test('53. What was unread before a restart is unread after it, whatever else changes in the row', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.end()
  const { headSeq } = await room.untilState(id, 'idle')
  const after = await room.restart()
  expect(await after.sessions.patch(id, { pinned: true }, null, person)).toMatchObject({ unread: true })
  await after.sessions.patch(id, { readSeq: headSeq }, null, person)
  const again = await after.restart()
  expect(await again.sessions.patch(id, { pinned: false }, null, person)).toMatchObject({ unread: false })
})

test('a clean stop starts nothing more, also not what was sent after a stop', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'first')
  await room.sessions.cancel(id, prompt.turn.turnId, person)
  await room.send(id, 'next')
  const stopping = room.sessions.shutdown(500)
  prompt.end({ stopReason: 'cancelled' })
  await stopping
  expect((await room.get(id)).queue).toMatchObject({ held: 'interrupted', items: [{ text: 'next' }] })
  expect(sent(room, id, 'turn_started')).toHaveLength(1)
})

test('what was asked for just before the server ends begins nothing after it', async () => {
  const before = createRoom()
  const { id } = await before.create()
  const room = createRoom(before.store)
  room.runtimes.set({ id: 'fake', state: 'not_installed' })
  const looks: (() => void)[] = []
  room.runtimes.refresh = () => new Promise((resolve) => void looks.push(resolve))
  const asked = [room.create({ text: 'hello' }), room.send(id, 'more')].map((answer) => expect(answer).rejects)
  await waitFor(() => expect(looks).toHaveLength(2))
  await room.sessions.shutdown(0)
  room.runtimes.set({ id: 'fake', state: 'ready' })
  for (const look of looks) look()
  await Promise.all(asked.map((rejects) => rejects.toMatchObject({ code: 'shutting_down' })))
  expect(room.runtimes.requests).toEqual([])
})

test('a chat whose first turn is being written when the server ends is ended with the others', async () => {
  const room = createRoom()
  const release = room.store.holdCommits()
  const making = room.create({ text: 'hello' })
  await waitFor(() => expect(room.store.held).toBe(1))
  const ending = room.sessions.shutdown(1_000)
  release()
  const { id } = await making
  await ending
  expect(room.types(id).at(-1)).toBe('turn_ended')
  expect(room.runtimes.opened.every(({ isClosed }) => isClosed)).toBe(true)
})
