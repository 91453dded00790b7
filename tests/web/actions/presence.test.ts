import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBoot } from '../../../web/src/actions/boot.ts'
import { createConnectionStatus } from '../../../web/src/actions/connection-status.ts'
import { bannerAfterMs } from '../../../web/src/actions/limits.ts'
import { createReadMarks, type ReadMarks } from '../../../web/src/actions/read-marks.ts'
import { problem, Server } from '../net/server.ts'
import { Chat, row, ses } from '../state/world.ts'
import { type Desk, sitDown } from './desk.ts'

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

let isVisible = true
function marks(): ReadMarks & { cleared: string[] } {
  isVisible = true
  const cleared: string[] = []
  const markRead = async (sessionId: string, seq: number) => {
    cleared.push(`${sessionId} ${seq}`)
    return { ok: true as const, value: undefined }
  }
  const readMarks = createReadMarks({
    state: desk.state,
    markRead,
    isVisible: () => isVisible,
    signal: desk.life.signal,
  })
  return { ...readMarks, cleared }
}

test('Unread clears on visit, once, and not before the messages are there', () => {
  const { cleared } = marks()
  const a = new Chat('a')
  a.start()
  a.end()
  desk.state.rows.put(a.row({ unread: true }))
  desk.actions.navigate({ name: 'session', sessionId: a.id })
  desk.state.flush()
  expect(cleared).toEqual([])
  desk.state.follow.receive([a.snapshot()])
  desk.state.rows.put(a.row({ unread: true }))
  desk.state.flush()
  desk.state.flush()
  expect(cleared).toEqual([`${a.id} 3`])
})

test('A finish while the page is hidden stays unread until somebody looks', () => {
  const readMarks = marks()
  const a = new Chat('a')
  a.start()
  desk.actions.navigate({ name: 'session', sessionId: a.id })
  desk.state.follow.receive([a.snapshot()])
  isVisible = false
  desk.state.follow.receive([a.end(), { type: 'session_changed', cursor: '1', session: a.row({ unread: true }) }])
  desk.state.flush()
  expect(readMarks.cleared).toEqual([])
  isVisible = true
  readMarks.check()
  expect(readMarks.cleared).toEqual([`${a.id} 3`])
})

test('A finish in another chat leaves it unread', () => {
  const { cleared } = marks()
  const [a, b] = [new Chat('a'), new Chat('b')]
  desk.actions.navigate({ name: 'session', sessionId: b.id })
  desk.state.follow.receive([b.snapshot()])
  a.start()
  a.end()
  desk.state.follow.receive([{ type: 'session_changed', cursor: '1', session: a.row({ unread: true }) }])
  desk.state.flush()
  expect(cleared).toEqual([])
})

test('A banner only after three seconds without the server', async () => {
  const show = createConnectionStatus(desk.state.shelf, Date.now)
  const banner = () => desk.state.shelf.connection.banner
  show('live')
  show('lost')
  await vi.advanceTimersByTimeAsync(bannerAfterMs - 1)
  show('lost')
  expect(banner()).toBe(false)
  show('live')
  await vi.advanceTimersByTimeAsync(bannerAfterMs)
  expect(banner()).toBe(false)
  show('lost')
  const since = Date.now()
  await vi.advanceTimersByTimeAsync(bannerAfterMs)
  expect(desk.state.shelf.connection).toEqual({ state: 'lost', since, banner: true })
  show('live')
  expect(banner()).toBe(false)
})

test('A page that waits for a login has no banner, nor right after it', async () => {
  const show = createConnectionStatus(desk.state.shelf, Date.now)
  const banner = () => desk.state.shelf.connection.banner
  desk.state.shelf.setKey('none')
  show('connecting')
  await vi.advanceTimersByTimeAsync(bannerAfterMs * 2)
  expect(banner()).toBe(false)
  desk.state.shelf.setKey('held')
  show('connecting')
  await vi.advanceTimersByTimeAsync(bannerAfterMs - 1)
  expect(banner()).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(banner()).toBe(true)
  show('unauthorized')
  expect(banner()).toBe(false)
})

function boots(desk: Desk) {
  const started: string[] = []
  const { state, api, life } = desk
  const boot = createBoot({
    ...{ state, api, onLoaded: (cursor) => started.push(cursor) },
    ...{ onError: (error) => desk.errors.push(error), signal: life.signal },
  })
  return { ...boot, started }
}
const bootstrap = (feedCursor: string, title = 'A') => ({
  ...{ providers: [], projects: [], feedCursor, version: '1', settings: desk.state.shelf.settings },
  sessions: [row(ses('a'), { title })],
})

test('Without a key the page asks for a login, and begins once there is one', async () => {
  desk = sitDown(server, null)
  const { run, started } = boots(desk)
  run()
  await vi.advanceTimersByTimeAsync(0)
  expect(desk.state.shelf.key).toBe('none')
  server.answer({ body: { key: 'k' } }, { body: bootstrap('7') })
  await desk.actions.login(' 123456 ')
  expect(server.last.body).toEqual({ code: '123456' })
  run()
  await vi.advanceTimersByTimeAsync(0)
  expect(desk.state.shelf).toMatchObject({ key: 'held', isLoaded: true })
  expect(started).toEqual(['7'])
})

test('A login and the first attachment come together: the bootstrap is asked for once', async () => {
  const { run, started } = boots(desk)
  server.always = () => ({ body: bootstrap('1') })
  run()
  run()
  await vi.advanceTimersByTimeAsync(0)
  expect(started).toEqual(['1'])
  expect(server.asked).toHaveLength(1)
})

test('A key that does not count any more asks for a login instead of trying forever', async () => {
  server.always = () => problem(401, 'unauthorized')
  const boot = boots(desk)
  boot.run()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(server.asked).toHaveLength(1)
  expect(desk.errors).toEqual([])
})

test('A server that starts late is waited for', async () => {
  const { run, started } = boots(desk)
  server.always = () => problem(503, 'shutting_down')
  run()
  await vi.advanceTimersByTimeAsync(3000)
  server.always = () => ({ body: bootstrap('1') })
  await vi.advanceTimersByTimeAsync(3000)
  expect(started).toEqual(['1'])
})

test('The feed is lost while a bootstrap is under way: it is asked for once more', async () => {
  const { run, started } = boots(desk)
  const release = server.hold()
  run()
  await vi.advanceTimersByTimeAsync(0)
  run()
  run()
  server.always = () => ({ body: bootstrap('2', 'B') })
  release({ body: bootstrap('1') })
  await vi.advanceTimersByTimeAsync(0)
  expect(started).toEqual(['1', '2'])
})
