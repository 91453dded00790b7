import { afterEach, expect, test, vi } from 'vitest'
import { waitFor } from './support/fake-runtimes.ts'
import { createRoom, person, promptOf, quiet, type Room, sent, textOf } from './support/room.ts'

afterEach(() => {
  vi.useRealTimers()
})

const stop = (room: Room, id: string, streamId: string) => room.sessions.cancel(id, streamId, person)

test('33. Looking at B, Stop on A’s row: A stops, B is untouched', async () => {
  const room = createRoom()
  const [a, b] = [await room.create(), await room.create()]
  const [inA, inB] = [await room.prompt(a.id, 'a'), await room.prompt(b.id, 'b')]
  await expect(stop(room, a.id, inB.turn.turnId)).rejects.toMatchObject({
    code: 'not_active',
    extensions: { activeStreamId: inA.turn.turnId },
  })
  expect(await stop(room, a.id, inA.turn.turnId)).toEqual({ streamId: inA.turn.turnId, state: 'stopping' })
  expect(inA.signal.aborted).toBe(true)
  expect(inB.signal.aborted).toBe(false)
  expect((await room.row(b.id)).state).toBe('running')
})

test('34. Stop before the first token keeps the prompt', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'my long prompt')
  await stop(room, id, prompt.turn.turnId)
  prompt.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
  const { messages, runs } = await room.get(id)
  expect(textOf(messages, 'user')).toBe('my long prompt')
  expect(runs[0]).toMatchObject({ state: 'cancelled', stopReason: 'cancelled', recovery: { status: 'Stopped' } })
})

test('34. Stop in the middle keeps text, thinking and tools', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.sink.update({ type: 'agent_thought_chunk', text: 'hm' })
  prompt.say('half an ')
  prompt.sink.update({ type: 'tool_call', toolCallId: 'a', title: 'Build', status: 'in_progress' })
  await stop(room, id, prompt.turn.turnId)
  prompt.say('answer')
  prompt.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
  const parts = (await room.get(id)).messages[1]?.parts ?? []
  expect(parts.map(({ type }) => type)).toEqual(['thought', 'text', 'tool', 'text'])
})

test('34. Stop while it starts aborts the opening and keeps the prompt', async () => {
  const room = createRoom()
  room.runtimes.opening.hold = true
  const { id, activeStreamId } = await room.create({ text: 'never mind' })
  await waitFor(() => expect(room.runtimes.requests).toHaveLength(1))
  await stop(room, id, activeStreamId as string)
  await room.untilState(id, 'idle')
  expect(room.runtimes.requests[0]?.signal.aborted).toBe(true)
  expect(room.runtimes.opened).toHaveLength(0)
  expect(textOf((await room.get(id)).messages, 'user')).toBe('never mind')
  expect(sent(room, id, 'turn_ended')[0]).toMatchObject({ stopReason: 'cancelled' })
  expect(room.store.running.size).toBe(0)
})

test('35. Stopping says stopping until it is confirmed', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  await stop(room, id, prompt.turn.turnId)
  const { session, live } = await room.get(id)
  expect(session).toMatchObject({ state: 'stopping', activity: 'Stopping', activeStreamId: prompt.turn.turnId })
  expect(live).toMatchObject({ run: { state: 'stopping' }, cancelRequestedBy: 'Ada' })
  prompt.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
})

test('35. An agent that ignores a stop is ended after two seconds, and the turn ends when it is gone', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'hang')
  const runtime = await room.runtimes.runtime()
  runtime.holdClose = true
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await stop(room, id, prompt.turn.turnId)
  await vi.advanceTimersByTimeAsync(1900)
  expect(runtime.isClosing).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(runtime.isClosing).toBe(true)
  // The agent dies of it, and says so, before its children are gone: that is not the end yet.
  runtime.die()
  await quiet()
  expect((await room.row(id)).state).toBe('stopping')
  runtime.releaseClose()
  await room.untilState(id, 'idle')
  expect(sent(room, id, 'turn_ended')[0]).toMatchObject({ stopReason: 'cancelled' })
})

test('36. After a stop the next send is accepted at once and starts only after the old worker is gone', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'first')
  const queuedBefore = await room.send(id, 'queued before')
  await stop(room, id, prompt.turn.turnId)
  const next = await room.send(id, 'next')
  expect(next).toMatchObject({ state: 'queued', position: 1 })
  await quiet()
  expect((await room.runtimes.runtime()).prompts).toHaveLength(1)
  prompt.end({ stopReason: 'cancelled' })
  const running = await promptOf(room.runtimes, next.streamId)
  expect(running.turn.text).toBe('next')
  running.end()
  await room.untilState(id, 'idle')
  const { queue } = await room.get(id)
  expect(queue).toMatchObject({ held: 'stopped', items: [{ streamId: queuedBefore.streamId }] })
})

test('36. Several sends after a stop all run, in order', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'first')
  await stop(room, id, prompt.turn.turnId)
  const [one, two] = [await room.send(id, 'one'), await room.send(id, 'two')]
  prompt.end({ stopReason: 'cancelled' })
  ;(await promptOf(room.runtimes, one.streamId)).end()
  ;(await promptOf(room.runtimes, two.streamId)).end()
  await room.untilState(id, 'idle')
  expect((await room.get(id)).queue).toEqual({ items: [], held: null })
})

test('37. The old worker’s late output cannot write into the new turn', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const old = await room.prompt(id, 'first')
  await stop(room, id, old.turn.turnId)
  old.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
  const next = await room.prompt(id, 'second')
  old.say('late')
  old.sink.update({ type: 'tool_call', toolCallId: 'late', title: 'Late' })
  await expect(old.sink.ask({ message: 'Late?', schema: { type: 'object', properties: {} } })).resolves.toEqual({
    action: 'cancel',
  })
  next.say('clean')
  next.end()
  await room.untilState(id, 'idle')
  expect(textOf((await room.get(id)).messages)).toBe('clean')
  expect(JSON.stringify(room.events(id))).not.toContain('late')
})

test('37. A runtime that was closed says nothing more of itself', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const runtime = await room.runtimes.runtime()
  prompt.fail({ kind: 'protocol', summary: 'Nonsense.' })
  await room.untilState(id, 'error')
  expect(runtime.isClosed).toBe(true)
  runtime.request.onState({ type: 'title', title: 'Late title' })
  runtime.request.onState({ type: 'usage_update', usage: { inputTokens: 7 } })
  await quiet()
  expect(await room.row(id)).toMatchObject({ title: 'work', usage: {} })
})

test('a stop that comes twice is answered twice and asked once', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const answers = await Promise.all([stop(room, id, prompt.turn.turnId), stop(room, id, prompt.turn.turnId)])
  expect(answers[0]).toEqual(answers[1])
  expect(sent(room, id, 'cancel_requested')).toHaveLength(1)
  prompt.end({ stopReason: 'cancelled' })
  await room.untilState(id, 'idle')
  await expect(stop(room, id, prompt.turn.turnId)).rejects.toMatchObject({ code: 'not_active' })
})

test('a turn that somebody stopped was stopped, whatever its runtime makes of it', async () => {
  const room = createRoom()
  const { id } = await room.create()
  for (const end of ['end_turn', 'died'] as const) {
    const prompt = await room.prompt(id, 'work')
    await stop(room, id, prompt.turn.turnId)
    if (end === 'died') prompt.fail({ kind: 'died' })
    else prompt.end()
    await room.untilState(id, 'idle')
  }
  expect(sent(room, id, 'turn_ended')).toMatchObject([{ stopReason: 'cancelled' }, { stopReason: 'cancelled' }])
})

test('a stop that comes while its prompt is still on the way keeps it from leaving', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const first = await room.prompt(id, 'first')
  const second = await room.send(id, 'second')
  const runtime = await room.runtimes.runtime()
  const release = room.store.holdCommits()
  first.end()
  await quiet()
  // `second` is claimed in the working cut, its claim is not durable: the stop finds it active.
  const stopping = stop(room, id, second.streamId)
  release()
  expect(await stopping).toEqual({ streamId: second.streamId, state: 'stopping' })
  await room.untilState(id, 'idle')
  expect(runtime.prompts).toHaveLength(1)
})
