import { beforeEach, expect, test } from 'vitest'
import type { Message } from '../../../shared/model.ts'
import { problem, Server } from '../net/server.ts'
import { at, Chat, row, ses } from '../state/world.ts'
import { type Desk, sitDown } from './desk.ts'

let server: Server
let desk: Desk
beforeEach(() => {
  server = new Server()
  desk = sitDown(server)
})

test('A theme is shown at once, and taken back if it is refused; what else changed meanwhile stays', async () => {
  const { state, actions } = desk
  const release = server.hold()
  const changing = actions.patchSettings({ theme: 'dark' })
  expect(state.shelf.settings.theme).toBe('dark')
  state.shelf.setSettings({ ...state.shelf.settings, density: 'compact' })
  release(problem(503, 'read_only'))
  expect(await changing).toMatchObject({ ok: false })
  expect(state.shelf.settings).toMatchObject({ theme: 'system', density: 'compact' })
})

test('A rename shows what the server made of it; one that is refused stands at the row', async () => {
  server.answer({ body: row(ses('a'), { title: 'Cut to fit', revision: 1 }) }, problem(400, 'invalid_body'))
  await desk.actions.rename(ses('a'), 'Cut to fit, surely')
  expect(desk.state.rows.get(ses('a'))?.title).toBe('Cut to fit')
  await desk.actions.rename(ses('a'), '')
  expect(desk.doing(`row/${ses('a')}`)).toMatchObject({ state: 'failed' })
})

test('Switching the provider in A asks for nothing of B', async () => {
  server.answer({ body: row(ses('a'), { provider: 'other', revision: 1 }) })
  await desk.actions.setProvider(ses('a'), 'other', 'm')
  expect(server.asked).toMatchObject([
    { method: 'PATCH', path: `/api/sessions/${ses('a')}`, body: { provider: 'other', model: 'm' } },
  ])
})

test('One option is changed beside those that stand', async () => {
  desk.state.rows.put(row(ses('a'), { options: { effort: 'low', mode: 'plan' } }))
  server.answer({ body: row(ses('a')) })
  await desk.actions.setOption(ses('a'), 'effort', 'high')
  expect(server.last.body).toEqual({ options: { effort: 'high', mode: 'plan' } })
})

test('A chat that was deleted is gone from the list and the screen', async () => {
  const id = ses('a')
  desk.state.rows.put(row(id))
  desk.actions.navigate({ name: 'session', sessionId: id })
  server.answer({ status: 204 })
  await desk.actions.remove(id)
  expect(desk.state.rows.get(id)).toBeNull()
  expect(desk.state.S.phase).toBe('missing')
})

const message = (sessionId: string, line: number): Message => ({
  ...{ id: `msg_${line}`, sessionId, streamId: `run_${line}`, seq: line, line, role: 'user', author: null },
  ...{ parts: [{ type: 'text', text: `line ${line}` }], createdAt: at },
})

/** A long session on screen: its snapshot begins at line 5. */
function longSession() {
  const chat = new Chat('long')
  const snapshot = chat.snapshot()
  const messages = [message(chat.id, 5), message(chat.id, 6)]
  desk.actions.navigate({ name: 'session', sessionId: chat.id })
  desk.state.follow.receive([{ ...snapshot, state: { ...snapshot.state, messages, lastLine: 6 } }])
  return chat
}

test('Scrolling up brings what was before, page by page, until there is no more', async () => {
  const { id } = longSession()
  expect(desk.state.S.olderBeforeLine).toBe(5)
  server.answer(
    { body: { messages: [message(id, 3), message(id, 4)], runs: [], nextBeforeLine: 3 } },
    { body: { messages: [message(id, 1), message(id, 2)], runs: [], nextBeforeLine: null } },
  )
  await Promise.all([desk.actions.loadOlder(id), desk.actions.loadOlder(id)])
  expect(server.asked.map(({ path }) => path)).toEqual([`/api/sessions/${id}?beforeLine=5`])
  await desk.actions.loadOlder(id)
  expect(desk.state.S.messages.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6])
  await desk.actions.loadOlder(id)
  expect(server.asked).toHaveLength(2)
})

test('A page that comes after a reset does not join, and is left out', async () => {
  const chat = longSession()
  const release = server.hold()
  const loading = desk.actions.loadOlder(chat.id)
  const snapshot = chat.snapshot()
  const state = { ...snapshot.state, seq: 9, messages: [message(chat.id, 8)], lastLine: 8 }
  desk.state.follow.receive([{ ...snapshot, type: 'reset', reason: 'behind', seq: 9, state }])
  release({ body: { messages: [message(chat.id, 3)], runs: [], nextBeforeLine: 3 } })
  await loading
  expect(desk.state.S.messages.map(({ line }) => line)).toEqual([8])
})

test('What a rewind took back never returns on screen, in the pages before either', async () => {
  const chat = longSession()
  server.answer({ body: { messages: [message(chat.id, 3), message(chat.id, 4)], runs: [], nextBeforeLine: 3 } })
  await desk.actions.loadOlder(chat.id)
  desk.state.follow.receive([chat.add({ type: 'rewound', toLine: 3 })])
  expect(desk.state.S.messages.map(({ line }) => line)).toEqual([3])
})
