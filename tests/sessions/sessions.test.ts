import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRoom, person, quiet, textOf } from './support/room.ts'

const id = 'ses_aaaaaaaaaaaaaaaaaaaaaa'
const body = { id, provider: 'fake', kind: 'chat', mode: 'chat', text: 'hello', title: 'Mine' } as const

test('creating with the same id and fields again gives the same session, also at the same moment', async () => {
  const room = createRoom()
  const answers = await Promise.all([room.sessions.create(body, person), room.sessions.create(body, person)])
  expect(answers.map(({ created }) => created).sort()).toEqual([false, true])
  const again = await room.sessions.create(body, person)
  expect(again).toMatchObject({ created: false, session: { id, title: 'Mine' } })
  const after = await room.restart()
  expect((await after.sessions.create(body, person)).created).toBe(false)
  expect(after.events(id).filter(({ type }) => type === 'turn_started')).toHaveLength(1)
})

test.each([
  { title: 'Other' },
  { text: 'other' },
  { provider: 'other' },
  { mode: 'analysis' },
  { options: { a: 'b' } },
] as const)('creating with the same id and other fields is a collision: %j', async (other) => {
  const room = createRoom()
  await room.sessions.create(body, person)
  await expect(room.sessions.create({ ...body, ...other }, person)).rejects.toMatchObject({
    code: 'session_id_collision',
  })
})

test('a create that could not be written can be tried again', async () => {
  const room = createRoom()
  room.store.failCommits(new Error('EIO'))
  await expect(room.sessions.create(body, person)).rejects.toMatchObject({ code: 'read_only' })
  room.store.failCommits(null)
  expect((await room.sessions.create(body, person)).created).toBe(true)
})

test('a session that is not durable yet is not there for anybody', async () => {
  const room = createRoom()
  const release = room.store.holdCommits()
  const creating = room.sessions.create(body, person)
  let isRead = false
  const reading = room.get(id).then(() => {
    isRead = true
  })
  await quiet()
  expect(isRead).toBe(false)
  release()
  await Promise.all([creating, reading])
})

test('28. A session deleted stays so: gone, its id not used again, its runtime ended, its folder removed', async () => {
  const room = createRoom()
  const session = await room.create()
  await room.prompt(session.id, 'work')
  expect(statSync(session.cwd).mode & 0o777).toBe(0o700)
  await room.sessions.remove(session.id, person)
  expect(room.removed).toEqual([session.id])
  expect((await room.runtimes.runtime()).isClosed).toBe(true)
  expect(existsSync(session.cwd)).toBe(false)
  await expect(room.get(session.id)).rejects.toMatchObject({ code: 'gone' })
  await expect(room.send(session.id, 'hello')).rejects.toMatchObject({ code: 'gone' })
  await expect(room.create({ id: session.id })).rejects.toMatchObject({ code: 'gone' })
  await expect((await room.restart()).get(session.id)).rejects.toMatchObject({ code: 'gone' })
  expect(await room.sessions.snapshot(session.id)).toBeNull()
})

test('an id that never was is not found, and has no snapshot', async () => {
  const room = createRoom()
  await expect(room.get(id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(room.sessions.cancel(id, 'run_1', person)).rejects.toMatchObject({ code: 'not_found' })
  expect(await room.sessions.snapshot(id)).toBeNull()
})

test('the revision grows with what a person can change, and only then', async () => {
  const room = createRoom()
  const { id: chat } = await room.create({ title: 'Mine' })
  const patch = (change: object, ifMatch: number | null = null) => room.sessions.patch(chat, change, ifMatch, person)
  expect(await patch({ pinned: true })).toMatchObject({ revision: 2, pinned: true })
  expect(await patch({ pinned: true })).toMatchObject({ revision: 2 })
  const prompt = await room.prompt(chat, 'work')
  prompt.end()
  await room.untilState(chat, 'idle')
  expect(await patch({ readSeq: 99 })).toMatchObject({ revision: 2, unread: false })
  await expect(patch({ title: 'Stale' }, 1)).rejects.toMatchObject({
    code: 'stale_revision',
    extensions: { revision: 2 },
  })
  expect(await patch({ title: 'Fresh', mode: 'analysis' }, 2)).toMatchObject({ revision: 3, title: 'Fresh' })
})

test('a title is derived at once, replaced by the agent’s, and a person’s is final', async () => {
  const room = createRoom()
  const { id: chat } = await room.create()
  const prompt = await room.prompt(chat, '  - What is a heddle?\nTell me.')
  expect(await room.row(chat)).toMatchObject({ title: 'What is a heddle?', titleSource: 'derived' })
  const { request } = await room.runtimes.runtime()
  request.onState({ type: 'title', title: 'Heddles\nexplained' })
  await room.until(chat, ({ titleSource }) => titleSource === 'agent')
  expect((await room.row(chat)).title).toBe('Heddles explained')
  await room.sessions.patch(chat, { title: '🧵'.repeat(90) }, null, person)
  request.onState({ type: 'title', title: 'Again' })
  prompt.end()
  const row = await room.untilState(chat, 'idle')
  expect(row).toMatchObject({ title: `${'🧵'.repeat(79)}…`, titleSource: 'user' })
  await expect(room.sessions.patch(chat, { title: '\u0007' }, null, person)).rejects.toMatchObject({
    code: 'invalid_body',
  })
})

test('an archived chat refuses writes and stays readable; one at work cannot be archived', async () => {
  const room = createRoom()
  const { id: chat } = await room.create()
  const prompt = await room.prompt(chat, 'work')
  await expect(room.sessions.patch(chat, { archived: true }, null, person)).rejects.toMatchObject({
    code: 'runtime_busy',
  })
  prompt.end()
  await room.untilState(chat, 'idle')
  const archived = await room.sessions.patch(chat, { archived: true }, null, person)
  expect(archived.archivedAt).not.toBeNull()
  await room.until(chat, () => true)
  await expect(room.send(chat, 'more')).rejects.toMatchObject({ code: 'session_archived' })
  expect(textOf((await room.get(chat)).messages, 'user')).toBe('work')
  expect((await room.runtimes.runtime()).isClosed).toBe(true)
  expect(await room.sessions.patch(chat, { archived: false }, null, person)).toMatchObject({ archivedAt: null })
  await room.prompt(chat, 'again')
})

test('older messages are asked for by line, turn by turn, until there are no more', async () => {
  const room = createRoom()
  const { id: chat } = await room.create()
  for (let turn = 1; turn <= 120; turn++) {
    const prompt = await room.prompt(chat, `turn ${turn}`)
    prompt.say(`answer ${turn}`)
    prompt.end()
    await room.untilState(chat, 'idle')
  }
  const recent = await room.get(chat)
  expect(recent.runs).toHaveLength(50)
  expect(recent.messages[0]?.line).toBe(recent.nextBeforeLine)
  const seen = [...recent.messages]
  let before = recent.nextBeforeLine
  while (before !== null) {
    const older = await room.sessions.older(chat, before)
    expect(older.runs.length).toBe(older.messages.length / 2)
    seen.unshift(...older.messages)
    before = older.nextBeforeLine
  }
  expect(seen.map(({ line }) => line)).toEqual(Array.from({ length: 240 }, (_, index) => index + 1))
})

test('a stream can be asked for if it is a run of this session, queued, live or ended', async () => {
  const room = createRoom()
  const { id: chat } = await room.create()
  const prompt = await room.prompt(chat, 'one')
  const queued = await room.send(chat, 'two')
  const known = [prompt.turn.turnId, queued.streamId, '*', 'session']
  for (const stream of known) expect(await room.sessions.hasStream(chat, stream)).toBe(true)
  expect(await room.sessions.hasStream(chat, 'run_other')).toBe(false)
})

test('many chats do not stay in memory, and come back whole', async () => {
  const room = createRoom()
  const ids: string[] = []
  for (let chat = 0; chat < 200; chat++) {
    const { id: one } = await room.create({ title: `Chat ${chat}` })
    ids.push(one)
  }
  for (const one of ids) await room.sessions.patch(one, { pinned: true }, null, person)
  const rows = await Promise.all(ids.map((one) => room.row(one)))
  expect(rows.map(({ title, revision }) => [title, revision])).toEqual(ids.map((_, chat) => [`Chat ${chat}`, 2]))
})
