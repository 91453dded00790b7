import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { draftPauseMs } from '../../../web/src/actions/limits.ts'
import { problem, Server } from '../net/server.ts'
import { row, ses } from '../state/world.ts'
import { type Desk, made, sitDown } from './desk.ts'

let server: Server
let desk: Desk
beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
  desk = sitDown(server)
})
afterEach(() => {
  desk.life.abort()
  vi.useRealTimers()
})
const settle = () => vi.advanceTimersByTimeAsync(20_000)
const [a, b] = [ses('a'), ses('b')]
const wish = { provider: 'demo', model: 'guide', projectId: null, text: 'hello' }
const turns = () => server.asked.filter(({ path }) => path.endsWith('/turns'))
/** Its draft has come from the server: there was none. */
const opened = (key: string) => desk.state.drafts.opened(key, { text: '', files: [] }, 0, 0)
const creates = () => server.asked.filter(({ path, method }) => path === '/api/sessions' && method === 'POST')

test('A new chat starts with what was picked, opens at once, and its text is gone from Home', async () => {
  desk.actions.editDraft('new', 'hello')
  server.always = ({ path, body }) => (path === '/api/sessions' ? { status: 201, body: made(body) } : { body: {} })
  const outcome = await desk.actions.newSession(wish)
  expect(creates()[0]?.body).toMatchObject({ provider: 'demo', model: 'guide', projectId: null, text: 'hello' })
  const id = outcome.ok ? outcome.value.id : ''
  expect(desk.navigated).toEqual([{ name: 'session', sessionId: id }])
  expect(desk.state.rows.get(id)?.state).toBe('starting')
  expect(desk.state.drafts.get('new').text).toBe('')
  expect(desk.doing('create')).toBeNull()
})

test('Nothing typed is lost when a new chat is refused, and the reason stands where it was asked', async () => {
  desk.actions.editDraft('new', 'hello')
  server.always = ({ path }) => (path === '/api/sessions' ? problem(422, 'provider_not_ready', 'Log in first.') : {})
  await desk.actions.newSession(wish)
  expect(desk.state.drafts.get('new').text).toBe('hello')
  expect(desk.doing('create')).toMatchObject({ state: 'failed', failure: { detail: 'Log in first.' } })
  expect(desk.navigated).toEqual([])
})

test('A new chat asked for again after the answer was cut off is the same chat, made once', async () => {
  desk.actions.editDraft('new', 'hello')
  server.always = () => 'cut off'
  const first = desk.actions.newSession(wish)
  await settle()
  expect(await first).toMatchObject({ ok: false, failure: { code: 'offline' } })
  server.always = ({ path, body }) => (path === '/api/sessions' ? { body: made(body) } : { body: {} })
  await desk.actions.newSession(wish)
  const bodies = creates().map(({ body }) => JSON.stringify(body))
  expect(new Set(bodies).size).toBe(1)
  expect(new Set(creates().map(({ key }) => key)).size).toBe(1)
})

test('The same text sent twice on purpose is two messages', async () => {
  for (let times = 0; times < 2; times++) {
    desk.actions.editDraft(a, 'again')
    await desk.actions.send(a)
  }
  expect(new Set(turns().map(({ body }) => (body as { messageId: string }).messageId)).size).toBe(2)
  expect(new Set(turns().map(({ key }) => key)).size).toBe(2)
})

test('The composer keeps its text until the send is accepted; what is typed meanwhile stays', async () => {
  const release = server.hold()
  desk.actions.editDraft(a, 'do it')
  const sending = desk.actions.send(a)
  expect(desk.state.drafts.get(a).text).toBe('do it')
  expect(desk.doing(`send/${a}`)).toEqual({ state: 'busy' })
  desk.actions.editDraft(a, 'do it\nand this')
  release({ status: 202, body: {} })
  expect(await sending).toEqual({ ok: true, value: undefined })
  expect(desk.state.drafts.get(a).text).toBe('\nand this')
})

test('A second Enter while the first is on its way sends nothing', async () => {
  const release = server.hold()
  desk.actions.editDraft(a, 'once')
  const sending = desk.actions.send(a)
  expect(await desk.actions.send(a)).toMatchObject({ ok: false, failure: { code: 'under_way' } })
  release({ status: 202, body: {} })
  await sending
  expect(turns()).toHaveLength(1)
})

test('The user moves to B while A is being sent: it lands in A, and B keeps its own draft', async () => {
  desk.actions.navigate({ name: 'session', sessionId: a })
  desk.actions.editDraft(a, 'for A')
  desk.actions.editDraft(b, 'for B')
  const release = server.hold()
  const sending = desk.actions.send(a)
  desk.actions.navigate({ name: 'session', sessionId: b })
  release({ status: 202, body: {} })
  await sending
  expect(turns()).toMatchObject([{ path: `/api/sessions/${a}/turns`, body: { text: 'for A' } }])
  expect(desk.state.drafts.get(b).text).toBe('for B')
})

test('Who has left Home while the new chat was being made is not pulled into it', async () => {
  const release = server.hold()
  const making = desk.actions.newSession(wish)
  desk.actions.navigate({ name: 'session', sessionId: b })
  release({ status: 201, body: row(a) })
  await making
  expect(desk.state.S.sessionId).toBe(b)
  expect(desk.state.rows.get(a)).not.toBeNull()
})

test('A draft is saved once the typing pauses, one request at a time, until the newest is there', async () => {
  opened(a)
  desk.actions.editDraft(a, 'h')
  desk.actions.editDraft(a, 'he')
  await vi.advanceTimersByTimeAsync(draftPauseMs - 1)
  expect(server.asked).toEqual([])
  const release = server.hold()
  await vi.advanceTimersByTimeAsync(1)
  expect(server.last).toMatchObject({
    method: 'PUT',
    path: `/api/sessions/${a}/draft`,
    body: { text: 'he', files: [] },
  })
  desk.actions.editDraft(a, 'hel')
  await vi.advanceTimersByTimeAsync(draftPauseMs)
  expect(server.asked).toHaveLength(1)
  release()
  await vi.advanceTimersByTimeAsync(draftPauseMs)
  expect(server.last.body).toEqual({ text: 'hel', files: [] })
  await settle()
  expect(server.asked).toHaveLength(2)
})

test('A page that is hidden saves what it has without waiting', async () => {
  opened(a)
  desk.actions.editDraft(a, 'in a hurry')
  desk.actions.saveDrafts()
  await vi.advanceTimersByTimeAsync(0)
  expect(server.last.body).toEqual({ text: 'in a hurry', files: [] })
})

test('A page that is hidden while a save is under way sends the newest words beside it', async () => {
  opened(a)
  desk.actions.editDraft(a, 'in a')
  const release = server.hold()
  await vi.advanceTimersByTimeAsync(draftPauseMs)
  desk.actions.editDraft(a, 'in a hurry')
  desk.actions.saveDrafts()
  await vi.advanceTimersByTimeAsync(0)
  expect(server.asked.map(({ body }) => body)).toEqual([
    { text: 'in a', files: [] },
    { text: 'in a hurry', files: [] },
  ])
  release()
})

test('What is typed before the saved draft has come is not written over it', async () => {
  server.always = ({ method }) => ({ body: method === 'GET' ? { text: 'an old thought', files: [] } : {} })
  desk.actions.editDraft(a, 'quick')
  await settle()
  expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'PUT'])
  expect(server.last.body).toEqual({ text: 'an old thought\n\nquick', files: [] })
})

test('A draft of a chat that was deleted is given up', async () => {
  opened(a)
  server.always = () => problem(410, 'gone')
  desk.actions.editDraft(a, 'too late')
  await settle()
  expect(desk.state.drafts.unsavedKeys()).toEqual([])
})

test('What could not be saved without a key is saved after the login', async () => {
  opened(a)
  server.always = () => problem(401, 'unauthorized')
  desk.actions.editDraft(a, 'words not to lose')
  await settle()
  server.always = () => ({ body: {} })
  desk.drafting.resume()
  await settle()
  expect(server.last.body).toEqual({ text: 'words not to lose', files: [] })
  expect(desk.state.drafts.unsavedKeys()).toEqual([])
})

test('A draft that could not be saved is saved later; it stands in the composer all the while', async () => {
  opened(a)
  server.always = () => 'cut off'
  desk.actions.editDraft(a, 'stubborn')
  await settle()
  expect(desk.state.drafts.get(a).text).toBe('stubborn')
  server.always = () => ({ body: {} })
  await settle()
  expect(desk.state.drafts.unsaved(a)).toBeNull()
  expect(desk.errors).toEqual([])
})

test('A prompt that is sent again leaves the draft alone, and is asked for once however often it is pressed', async () => {
  opened(a)
  desk.actions.editDraft(a, 'another thought')
  server.always = ({ path }) => (path.endsWith('/turns') ? 'cut off' : { body: {} })
  const first = desk.actions.send(a, 'once more')
  await settle()
  expect((await first).ok).toBe(false)
  server.always = () => ({ body: {} })
  await desk.actions.send(a, 'once more')
  expect(new Set(turns().map(({ body }) => JSON.stringify(body))).size).toBe(1)
  expect(turns()[0]?.body).toMatchObject({ text: 'once more' })
  expect(desk.state.drafts.get(a).text).toBe('another thought')
})
