import { afterEach, expect, test, vi } from 'vitest'
import type { RuntimeOption } from '../../shared/model.ts'
import { waitFor } from './support/fake-runtimes.ts'
import { createRoom, person, promptOf, quiet, type Room, sent } from './support/room.ts'

afterEach(() => {
  vi.useRealTimers()
})

async function turn(room: Room, id: string, text: string) {
  const prompt = await room.prompt(id, text)
  prompt.say(`answer to ${text}`)
  prompt.end()
  await room.untilState(id, 'idle')
  await quiet()
}

const modelOption = (currentValue: string): RuntimeOption => ({
  id: 'model',
  name: 'Model',
  category: 'model',
  currentValue,
  values: ['small', 'large'].map((value) => ({ value, name: value })),
})

test('56. A new chat starts a new runtime session, and the picked provider, model and options are what runs', async () => {
  const room = createRoom()
  const a = await room.create({ provider: 'fake', model: 'small', options: { effort: 'low' }, text: 'a' })
  const b = await room.create({ provider: 'other', model: 'large', text: 'b' })
  await promptOf(room.runtimes, a.activeStreamId as string)
  await promptOf(room.runtimes, b.activeStreamId as string)
  const byChat = (id: string) => room.runtimes.requests.find(({ sessionId }) => sessionId === id)
  expect(byChat(a.id)).toMatchObject({
    provider: 'fake',
    model: 'small',
    options: { effort: 'low' },
    resumeToken: null,
  })
  expect(byChat(b.id)).toMatchObject({ provider: 'other', model: 'large', options: {}, resumeToken: null })
  expect(byChat(a.id)?.cwd).not.toBe(byChat(b.id)?.cwd)
  expect((await room.row(a.id)).runtimeSessionId).not.toBe((await room.row(b.id)).runtimeSessionId)
})

test('a runtime is closed after twenty idle minutes and taken up again by its token on the next send', async () => {
  const room = createRoom()
  const { id } = await room.create()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const prompt = await room.prompt(id, 'one')
  prompt.end()
  await room.untilState(id, 'idle')
  const runtime = await room.runtimes.runtime()
  await vi.advanceTimersByTimeAsync(19 * 60_000)
  expect(runtime.isClosed).toBe(false)
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect(runtime.isClosed).toBe(true)
  vi.useRealTimers()
  await waitFor(() => expect(room.store.running.size).toBe(0))
  room.runtimes.opening.resumes = true
  expect(await room.send(id, 'two')).toMatchObject({ state: 'starting' })
  await room.runtimes.runtime(1)
  expect(room.runtimes.requests[1]?.resumeToken).toBe('token of runtime-1')
  expect(sent(room, id, 'runtime_changed').at(-1)).toMatchObject({ reason: 'resumed' })
})

test('a runtime that works is not idle, however long it takes', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await turn(room, id, 'one')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await room.send(id, 'two')
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect(room.runtimes.opened[0]?.isClosed).toBe(false)
})

test('58. Switching provider in A gives A another runtime, told the transcript, and changes nothing in B, in mid-run too', async () => {
  const room = createRoom()
  const [a, b] = [await room.create(), await room.create()]
  await turn(room, a.id, 'remember the loom')
  await room.prompt(b.id, 'b')
  const before = await room.row(b.id)
  const switched = await room.sessions.patch(a.id, { provider: 'other' }, null, person)
  expect(switched).toMatchObject({ provider: 'other', model: null, runtimeSessionId: null })
  await waitFor(() => expect(room.runtimes.opened[0]?.isClosed).toBe(true))
  await room.prompt(a.id, 'go on')
  const request = room.runtimes.requests.at(-1)
  expect(request).toMatchObject({ provider: 'other', resumeToken: null })
  expect(request?.transcript()).toContain('remember the loom')
  expect(request?.transcript()).toContain('answer to remember the loom')
  expect(request?.transcript()).not.toContain('go on')
  expect(await room.row(b.id)).toEqual(before)
  expect(room.runtimes.opened[1]?.isClosed).toBe(false)
})

test('a provider that is switched in mid-run counts from the next turn; the token of the old one goes nowhere else', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'one')
  await room.sessions.patch(id, { provider: 'other' }, null, person)
  const next = await room.send(id, 'two')
  prompt.say('still the first')
  expect(room.runtimes.opened[0]?.isClosed).toBe(false)
  prompt.end()
  await promptOf(room.runtimes, next.streamId)
  expect(room.runtimes.opened[0]?.isClosed).toBe(true)
  expect(room.runtimes.requests[1]).toMatchObject({ provider: 'other', resumeToken: null })
  const started = sent(room, id, 'turn_started')
  expect(started).toMatchObject([{ provider: 'fake' }, { provider: 'other', runtimeSessionId: null }])
})

test('a crash after a switch of provider does not hand the old token to the new one', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await room.prompt(id, 'one')
  await waitFor(() => expect(room.store.tokens.get(id)).toBeDefined())
  await room.sessions.patch(id, { provider: 'other' }, null, person)
  const after = await room.restart()
  await after.prompt(id, 'two')
  expect(after.runtimes.requests[0]).toMatchObject({ provider: 'other', resumeToken: null })
})

test('another model or option is set on the open runtime before the next prompt leaves', async () => {
  const room = createRoom()
  const { id } = await room.create({ model: 'small' })
  await turn(room, id, 'one')
  await room.sessions.patch(id, { model: 'large', options: { effort: 'high' } }, null, person)
  await turn(room, id, 'two')
  expect(room.runtimes.opened[0]?.settings).toEqual(['model=large', 'effort=high'])
  await turn(room, id, 'three')
  expect(room.runtimes.opened[0]?.settings).toHaveLength(2)
  expect(sent(room, id, 'turn_started').at(-1)).toMatchObject({ model: 'large' })
})

test('the row shows the model that runs: the default that was found out, and another than the chosen one is said', async () => {
  const room = createRoom()
  room.runtimes.opening.model = 'large'
  const [open, chosen] = [await room.create(), await room.create({ model: 'small' })]
  await turn(room, open.id, 'one')
  await turn(room, chosen.id, 'one')
  expect((await room.row(open.id)).model).toBe('large')
  expect(sent(room, open.id, 'notice')).toEqual([])
  expect((await room.row(chosen.id)).model).toBe('large')
  expect(sent(room, chosen.id, 'notice')).toMatchObject([{ text: 'The agent runs large instead of small.' }])
})

test('a model that the runtime changes by itself shows in the row, unless a person has chosen one for the next turn', async () => {
  const room = createRoom()
  const { id } = await room.create({ model: 'small' })
  await room.prompt(id, 'one')
  const { request } = await room.runtimes.runtime()
  request.onState({ type: 'config_option_update', configOptions: [modelOption('large')] })
  await room.until(id, ({ model }) => model === 'large')
  await room.sessions.patch(id, { model: 'small' }, null, person)
  request.onState({ type: 'config_option_update', configOptions: [modelOption('large')] })
  await quiet()
  expect((await room.row(id)).model).toBe('small')
})

test('when a runtime replaces its own session the chat stays, and the log says so', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await room.prompt(id, 'one')
  const { request } = await room.runtimes.runtime()
  request.onState({ type: 'identity', runtimeSessionId: 'another', resumeToken: 'new token', reason: 'compaction' })
  await room.until(id, ({ runtimeSessionId }) => runtimeSessionId === 'another')
  expect(sent(room, id, 'runtime_changed').at(-1)).toMatchObject({ runtimeSessionId: 'another', reason: 'compaction' })
  await waitFor(() => expect(room.store.tokens.get(id)).toContain('new token'))
})

test('a process is remembered for the reaper as long as its runtime lives', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await turn(room, id, 'one')
  expect([...room.store.running.values()]).toMatchObject([{ sessionId: id, pid: 1001, startTime: 'then' }])
  room.runtimes.opened[0]?.die()
  await waitFor(() => expect(room.store.running.size).toBe(0))
  await turn(room, id, 'two')
  expect(room.runtimes.opened).toHaveLength(2)
})

test('a process that cannot be ended is left to the reaper of the next start', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await turn(room, id, 'one')
  const runtime = await room.runtimes.runtime()
  runtime.holdClose = true
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const ending = room.sessions.shutdown(0)
  await waitFor(() => expect(runtime.isClosing).toBe(true))
  await vi.advanceTimersByTimeAsync(10_000)
  vi.useRealTimers()
  await ending
  expect([...room.store.running.values()]).toMatchObject([{ pid: 1001 }])
})

test('what a runtime says of itself belongs to its turn while one runs, else to the session', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'one')
  const { request } = await room.runtimes.runtime()
  prompt.sink.update({ type: 'usage_update', usage: { contextUsed: 10, contextSize: 100 } })
  prompt.end()
  await room.untilState(id, 'idle')
  request.onState({ type: 'usage_update', usage: { contextUsed: 20 } })
  await room.until(id, ({ usage }) => usage.contextUsed === 20)
  expect(sent(room, id, 'usage_update').map(({ streamId }) => streamId)).toEqual([prompt.turn.turnId, 'session'])
  expect((await room.row(id)).usage).toEqual({ contextUsed: 20, contextSize: 100 })
})

test('an agent that dies after its chat was given another provider leaves nothing of itself in the row', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await room.prompt(id, 'one')
  await room.sessions.patch(id, { provider: 'other' }, null, person)
  room.runtimes.opened[0]?.die()
  expect(await room.untilState(id, 'error')).toMatchObject({ provider: 'other', runtimeSessionId: null })
})
