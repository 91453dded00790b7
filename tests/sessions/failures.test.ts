import { expect, test, vi } from 'vitest'
import { aFailure, waitFor } from './support/fake-runtimes.ts'
import { createRoom, person, promptOf, quiet, sent, textOf } from './support/room.ts'

test('an agent that cannot be opened ends the turn with a card that says why and what to do', async () => {
  const room = createRoom()
  room.runtimes.opening.fail = aFailure({
    kind: 'not_installed',
    summary: 'Claude Code is not installed.',
    cause: 'npm install -g it',
    actions: [{ action: 'open_settings', label: 'Open settings' }],
  })
  const { id } = await room.create({ text: 'hello' })
  await room.untilState(id, 'error')
  const { messages, runs } = await room.get(id)
  expect(textOf(messages, 'user')).toBe('hello')
  expect(runs[0]).toMatchObject({
    stopReason: 'error',
    recovery: {
      status: 'Failed',
      summary: 'Claude Code is not installed.',
      rootCause: 'npm install -g it',
      humanInputRequired: true,
      nextActions: [{ action: 'open_settings', label: 'Open settings' }],
    },
  })
  expect(runs[0]?.recovery?.safeRetry).toMatch(/^Yes/)
})

test('after a failure the next send is taken at once, with a new runtime that takes up the old one’s session', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const first = await room.prompt(id, 'one')
  first.sink.update({ type: 'tool_call', toolCallId: 'a', title: 'Edit', kind: 'edit', status: 'completed' })
  room.runtimes.opening.resumes = true
  ;(await room.runtimes.runtime()).die()
  await room.untilState(id, 'error')
  expect((await room.get(id)).runs[0]?.recovery?.safeRetry).toMatch(/^Look first/)
  const second = await room.prompt(id, 'two')
  expect(room.runtimes.requests[1]?.resumeToken).toBe('token of runtime-1')
  second.end()
  await room.untilState(id, 'idle')
})

test('an agent that dies without rejecting its prompt has died all the same', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await room.prompt(id, 'one')
  ;(await room.runtimes.runtime()).vanish()
  await room.untilState(id, 'error')
  expect((await room.get(id)).runs[0]?.recovery?.summary).toContain('ended in the middle')
})

test('a refusal keeps the runtime; a failure that is none leaves nothing of it', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const first = await room.prompt(id, 'one')
  first.fail({ kind: 'refused', summary: 'Not like this.' })
  await room.untilState(id, 'error')
  const runtime = await room.runtimes.runtime()
  expect(runtime.isClosed).toBe(false)
  const second = await room.prompt(id, 'two')
  second.fail({ kind: 'timeout', summary: 'No answer.' })
  await room.untilState(id, 'error')
  expect(runtime.isClosed).toBe(true)
})

test.each([
  ['max_tokens', 'continue'],
  ['max_turn_requests', 'continue'],
  ['refusal', 'edit_and_retry'],
] as const)('a turn that ends by %s is no error, but says what happened', async (stopReason, action) => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.end({ stopReason })
  await room.untilState(id, 'idle')
  const [run] = (await room.get(id)).runs
  expect(run).toMatchObject({ state: 'done', stopReason })
  expect(run?.recovery?.nextActions[0]?.action).toBe(action)
})

test('an unknown provider, one that is not ready, and an unknown model are told before anything is written', async () => {
  const room = createRoom()
  await expect(room.create({ provider: 'nobody' })).rejects.toMatchObject({ code: 'unknown_provider' })
  room.runtimes.set({ id: 'fake', state: 'not_installed', detail: 'Not installed: npm i fake', install: 'npm i fake' })
  await expect(room.create()).rejects.toMatchObject({
    code: 'provider_not_ready',
    extensions: { install: 'npm i fake' },
  })
  room.runtimes.set({ id: 'fake', state: 'ready', models: [{ id: 'small', name: 'Small' }], defaultModel: 'small' })
  await expect(room.create({ model: 'huge' })).rejects.toMatchObject({ code: 'unknown_model' })
  expect(await room.create()).toMatchObject({ model: 'small' })
  expect(room.store.rows.size).toBe(1)
})

test('a provider is looked at again before it is refused, and one that failed is tried again', async () => {
  const room = createRoom()
  room.runtimes.set({ id: 'fake', state: 'needs_key' })
  room.runtimes.refresh = async () => room.runtimes.set({ id: 'fake', state: 'ready' })
  await room.create()
  room.runtimes.set({ id: 'fake', state: 'error', detail: 'It spoke nonsense.' })
  await room.create({ text: 'again' })
})

test('a full disk stops the turn and is said; the session is opened again when there is room', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.say('kept')
  await room.until(id, ({ lastMessagePreview }) => lastMessagePreview === 'kept')
  room.store.failCommits(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }))
  prompt.say('lost')
  await waitFor(async () => expect((await room.runtimes.runtime()).isClosed).toBe(true))
  await expect(room.send(id, 'more')).rejects.toMatchObject({ code: 'disk_full' })
  expect(textOf((await room.get(id)).live?.messages ?? [])).toBe('kept')
  room.store.failCommits(null)
  const { state } = await room.send(id, 'again')
  expect(state).not.toBe('queued')
  const { messages, runs } = await room.get(id)
  expect(textOf(messages, 'user')).toBe('workagain')
  expect(runs[0]).toMatchObject({ stopReason: 'interrupted' })
  expect(room.events(id).map(({ seq }) => seq)).toEqual(room.events(id).map((_, index) => index + 1))
})

test('a turn that a full disk cut off is ended by itself when there is room again', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  room.store.failCommits(new Error('EIO'))
  prompt.say('lost')
  await quiet()
  room.store.failCommits(null)
  await vi.advanceTimersByTimeAsync(10_000)
  await waitFor(() => expect(sent(room, id, 'turn_ended')).toHaveLength(1))
  vi.useRealTimers()
})

test('while a disk stays full its chat is tried again at one pace, however often it is looked at meanwhile', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  room.store.failCommits(new Error('EIO'))
  prompt.say('lost')
  await quiet()
  for (let look = 0; look < 20; look++) await room.get(id)
  const claims = vi.spyOn(room.store.log, 'claim')
  for (let round = 0; round < 3; round++) {
    await vi.advanceTimersByTimeAsync(10_000)
    await quiet()
  }
  vi.useRealTimers()
  expect(claims.mock.calls.length).toBeLessThanOrEqual(3)
})

test('a send that cannot be written is refused as such, and nothing of it leaves for a runtime', async () => {
  const room = createRoom()
  const { id } = await room.create()
  room.store.failCommits(new Error('EIO'))
  await expect(room.send(id, 'work')).rejects.toMatchObject({ code: 'read_only' })
  await expect(room.create({ text: 'new' })).rejects.toMatchObject({ code: 'read_only' })
  expect(room.runtimes.requests).toHaveLength(0)
  room.store.failCommits(null)
  const { streamId } = await room.send(id, 'work')
  await promptOf(room.runtimes, streamId)
  expect(textOf((await room.get(id)).messages, 'user')).toBe('work')
})

test('a project’s folder that is gone is said in the card', async () => {
  const room = createRoom()
  const project = { id: 'prj_1', name: 'P', cwd: '/nowhere/at/all', provider: null, model: null, archived: false }
  room.store.projectRows.set('prj_1', { ...project, createdAt: new Date().toISOString() })
  const { id, cwd } = await room.create({ projectId: 'prj_1', text: 'work' })
  expect(cwd).toBe('/nowhere/at/all')
  await room.untilState(id, 'error')
  expect((await room.get(id)).runs[0]?.recovery?.summary).toContain('folder')
  await expect(room.create({ projectId: 'prj_2' })).rejects.toMatchObject({ code: 'not_found' })
  await room.sessions.patch(id, { projectId: null }, null, person)
  await room.prompt(id, 'in the scratch folder')
})

test('a runtime that floods beyond all bounds is ended, and the chat lives on', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'flood')
  const release = room.store.holdCommits()
  const piece = 'x'.repeat(1024 * 1024)
  for (let index = 0; index < 40; index++) prompt.say(piece)
  await waitFor(async () => expect((await room.runtimes.runtime()).isClosed).toBe(true))
  release()
  await room.untilState(id, 'error')
  expect((await room.get(id)).runs[0]?.recovery?.summary).toContain('more than can be kept')
})
