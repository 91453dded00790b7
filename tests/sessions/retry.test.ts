import { expect, test } from 'vitest'
import type { RuntimeFailure } from '../../server/runtimes/runtime.ts'
import { aFailure, aRequest, type FakePrompt, type FakeRuntime, waitFor } from './support/fake-runtimes.ts'
import { createRoom, person, quiet, type Room, sent, textOf } from './support/room.ts'

const busy: Partial<RuntimeFailure> = {
  kind: 'transient',
  summary: 'The model service answered 503.',
  cause: 'overloaded',
  status: 503,
  actions: [
    { action: 'retry', label: 'Try again' },
    { action: 'switch_model', label: 'Choose another model' },
  ],
}

/** A chat whose first turn has begun; its next waits last until they are let go. */
async function begin(room = createRoom()) {
  room.pauses.hold = true
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const runtime = await room.runtimes.runtime()
  return { room, id, prompt, runtime, streamId: prompt.turn.turnId }
}

/** Fails, and waits until the room waits for the next try. */
async function failsFor(room: Room, prompt: FakePrompt, failure = busy): Promise<void> {
  const before = room.pauses.ms.length
  prompt.fail(failure)
  await waitFor(() => expect(room.pauses.ms).toHaveLength(before + 1))
}

const nextPrompt = async (room: Room, runtime: FakeRuntime, index: number) => {
  await room.pauses.go()
  return runtime.prompt(index)
}

test('41. A service that fails twice is tried a third time in the same turn, and each time is said', async () => {
  const { room, id, prompt, runtime, streamId } = await begin()
  await failsFor(room, prompt)
  const { live, session } = await room.get(id)
  expect(session).toMatchObject({ state: 'running', activity: 'Trying again', activeStreamId: streamId })
  const [notice] = sent(room, id, 'notice')
  expect(live?.messages.at(-1)?.parts).toMatchObject([
    { type: 'notice', level: 'warning', text: busy.summary, retry: { attempt: 2, of: 4 } },
  ])
  const retry = notice?.type === 'notice' ? notice.retry : undefined
  expect(Date.parse(retry?.at ?? '') - Date.parse(notice?.at ?? '')).toBe(1250)
  const second = await nextPrompt(room, runtime, 1)
  expect(second.turn).toEqual(prompt.turn)
  await failsFor(room, second)
  const third = await nextPrompt(room, runtime, 2)
  third.say('through')
  third.end()
  await room.untilState(id, 'idle')
  const { messages, runs } = await room.get(id)
  expect(textOf(messages)).toBe('through')
  expect(textOf(messages, 'user')).toBe('work')
  expect(runs).toMatchObject([{ id: streamId, state: 'done', stopReason: 'end_turn', recovery: null }])
  expect(room.pauses.ms).toEqual([1250, 2500])
  expect(room.runtimes.opened).toHaveLength(1)
})

test('41. After four tries one card says what happened, what is safe, and what to do', async () => {
  const { room, id, prompt, runtime } = await begin()
  room.pauses.hold = false
  prompt.fail(busy)
  for (const index of [1, 2, 3]) (await runtime.prompt(index)).fail(busy)
  await room.untilState(id, 'error')
  await quiet()
  expect(runtime.prompts).toHaveLength(4)
  expect(sent(room, id, 'notice')).toHaveLength(3)
  expect((await room.get(id)).runs[0]).toMatchObject({
    stopReason: 'error',
    recovery: {
      status: 'Failed',
      summary: 'The model service answered 503.',
      rootCause: 'overloaded',
      safeRetry: 'Yes: nothing with an effect was run in this turn.',
      stopCondition: 'It was tried four times. Nothing is tried again by itself.',
      humanInputRequired: false,
      nextActions: busy.actions,
    },
  })
  expect(runtime.isClosed).toBe(false)
})

test('41. Stop works at once while a next try is waited for, and none comes', async () => {
  const { room, id, prompt, runtime, streamId } = await begin()
  await failsFor(room, prompt)
  expect(await room.sessions.cancel(id, streamId, person)).toEqual({ streamId, state: 'stopping' })
  await room.untilState(id, 'idle')
  await quiet()
  expect(runtime.prompts).toHaveLength(1)
  expect(sent(room, id, 'turn_ended')[0]).toMatchObject({ stopReason: 'cancelled', recovery: { status: 'Stopped' } })
  expect(runtime.isClosed).toBe(false)
  ;(await room.prompt(id, 'next').then(() => runtime.prompt(1))).end()
  await room.untilState(id, 'idle')
})

test('41. Stop works in a second try as in a first', async () => {
  const { room, id, prompt, runtime, streamId } = await begin()
  await failsFor(room, prompt)
  const second = await nextPrompt(room, runtime, 1)
  await room.sessions.cancel(id, streamId, person)
  expect(second.signal.aborted).toBe(true)
  second.fail(busy)
  await room.untilState(id, 'idle')
  expect(room.pauses.ms).toHaveLength(1)
})

test.each<[string, (prompt: FakePrompt) => unknown]>([
  ['a word was shown', (prompt) => prompt.say('H')],
  ['a command was run', ({ sink }) => sink.update({ type: 'tool_call', toolCallId: 'a', kind: 'execute' })],
  ['a permission was asked for', ({ sink }) => void sink.requestPermission(aRequest('ls'))],
  ['a question was asked', ({ sink }) => void sink.ask({ message: '?', schema: { type: 'object', properties: {} } })],
])('41. Once %s, a failure ends the turn: it is never tried again after an effect', async (_, happens) => {
  const { room, id, prompt, runtime } = await begin()
  happens(prompt)
  prompt.fail(busy)
  await room.untilState(id, 'error')
  await quiet()
  expect(runtime.prompts).toHaveLength(1)
  expect(room.pauses.ms).toEqual([])
  expect((await room.get(id)).runs[0]?.recovery?.stopCondition).toContain('already said or done')
})

test('41. A try that only thought and looked around is tried again; what it left open is closed', async () => {
  const { room, id, prompt, runtime } = await begin()
  prompt.sink.update({ type: 'agent_thought_chunk', text: 'Hm.' })
  prompt.sink.update({ type: 'tool_call', toolCallId: 'a', title: 'Read a', kind: 'read', status: 'in_progress' })
  await failsFor(room, prompt)
  const { live, session } = await room.get(id)
  expect(session.activity).toBe('Trying again')
  expect(live?.messages.at(-1)?.parts).toMatchObject([
    { type: 'thought', endedAt: expect.any(String) },
    { type: 'tool', status: 'cancelled' },
    { type: 'notice' },
  ])
  ;(await nextPrompt(room, runtime, 1)).end()
  await room.untilState(id, 'idle')
})

test('37. What an older try still says is dropped, in the wait and in the next try', async () => {
  const { room, id, prompt, runtime } = await begin()
  await failsFor(room, prompt)
  prompt.say('late')
  const second = await nextPrompt(room, runtime, 1)
  prompt.say('late')
  expect(await prompt.sink.requestPermission(aRequest('late'))).toEqual({ outcome: 'cancelled' })
  expect(await prompt.sink.ask({ message: 'late', schema: { type: 'object', properties: {} } })).toEqual({
    action: 'cancel',
  })
  second.say('clean')
  second.end()
  await room.untilState(id, 'idle')
  expect(textOf((await room.get(id)).messages)).toBe('clean')
  expect(JSON.stringify(room.events(id))).not.toContain('late')
})

test('an agent that cannot be opened for a moment is opened again, under another name', async () => {
  const room = createRoom()
  room.pauses.hold = true
  room.runtimes.opening.fail = aFailure(busy)
  const { id, activeStreamId } = await room.create({ text: 'hello' })
  await waitFor(() => expect(room.pauses.ms).toHaveLength(1))
  room.runtimes.opening.fail = null
  await room.pauses.go()
  const prompt = await (await room.runtimes.runtime()).prompt()
  expect(prompt.turn).toMatchObject({ turnId: activeStreamId, text: 'hello' })
  expect(room.runtimes.requests.map(({ runtimeId }) => runtimeId)).toEqual([activeStreamId, `${activeStreamId}.2`])
  prompt.end()
  await room.untilState(id, 'idle')
})

test('an agent that is gone when its next try comes is opened again where it was', async () => {
  const { room, id, prompt, runtime } = await begin()
  await failsFor(room, prompt)
  room.runtimes.opening.resumes = true
  runtime.vanish()
  await waitFor(() => expect(runtime.isClosed).toBe(true))
  await quiet()
  await room.pauses.go()
  const second = await (await room.runtimes.runtime(1)).prompt()
  expect(room.runtimes.requests[1]?.resumeToken).toBe('token of runtime-1')
  second.end()
  await room.untilState(id, 'idle')
})

test('a service that asks for a wait gets it; one that asks for too long is told of instead', async () => {
  const { room, id, prompt, runtime } = await begin()
  await failsFor(room, prompt, { ...busy, retryAfterMs: 30_000 })
  expect(room.pauses.ms).toEqual([30_250])
  ;(await nextPrompt(room, runtime, 1)).fail({ ...busy, retryAfterMs: 5 * 60_000 })
  await room.untilState(id, 'error')
  expect((await room.get(id)).runs[0]?.recovery?.stopCondition).toContain('asks to wait 5 minutes')
})

test('39. A server that ends while a next try is waited for leaves the turn interrupted', async () => {
  const { room, id, prompt } = await begin()
  await failsFor(room, prompt)
  const after = await room.restart()
  expect((await after.get(id)).runs[0]).toMatchObject({ state: 'interrupted', recovery: { status: 'Interrupted' } })
})

test('39. A server that is stopped does not wait for a next try', async () => {
  const { room, id, prompt, runtime } = await begin()
  await failsFor(room, prompt)
  await room.sessions.shutdown(60_000)
  expect(sent(room, id, 'turn_ended')[0]).toMatchObject({ stopReason: 'interrupted' })
  expect(runtime.prompts).toHaveLength(1)
})

test('a chat that is given to another agent in the wait is not tried again with this one', async () => {
  const { room, id, prompt, runtime } = await begin()
  await failsFor(room, prompt)
  await room.sessions.patch(id, { provider: 'other' }, null, person)
  await room.pauses.go()
  await room.untilState(id, 'error')
  expect(runtime.prompts).toHaveLength(1)
  expect(room.runtimes.opened).toHaveLength(1)
})

test('a model that is chosen in the wait is for the next turn', async () => {
  const { room, id, prompt, runtime } = await begin()
  await failsFor(room, prompt)
  await room.sessions.patch(id, { model: 'large' }, null, person)
  ;(await nextPrompt(room, runtime, 1)).end()
  await room.untilState(id, 'idle')
  expect(runtime.settings).toEqual([])
  await room.send(id, 'next')
  await runtime.prompt(2)
  expect(runtime.settings).toEqual(['model=large'])
})

test('what is queued waits for the last try, and is held after it', async () => {
  const { room, id, prompt } = await begin()
  await failsFor(room, prompt)
  await room.send(id, 'queued')
  const runtime = await room.runtimes.runtime()
  ;(await nextPrompt(room, runtime, 1)).fail({ kind: 'refused', summary: 'No.' })
  await room.untilState(id, 'error')
  const { queue, runs } = await room.get(id)
  expect(queue).toMatchObject({ held: 'error', items: [{ text: 'queued' }] })
  expect(runs[0]?.recovery?.nextActions.map(({ action }) => action)).toContain('resume_queue')
})
