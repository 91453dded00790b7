import { beforeEach, expect, test, vi } from 'vitest'
import { problem, Server } from '../net/server.ts'
import { Chat, ses } from '../state/world.ts'
import { type Desk, sitDown } from './desk.ts'

let server: Server
let desk: Desk
let a: Chat
beforeEach(() => {
  server = new Server()
  desk = sitDown(server)
  a = new Chat('a')
  a.start()
  a.ask('npm test')
  desk.state.rows.put(a.row())
  desk.actions.navigate({ name: 'session', sessionId: ses('b') })
})
const asked = () => {
  const pending = desk.state.rows.get(a.id)?.pending[0]
  if (!pending || !('digest' in pending)) throw new Error('nothing is asked')
  return pending
}

test("Looking at B, Stop on A's row stops A's stream", async () => {
  await desk.actions.stop(a.id, desk.state.rows.get(a.id)?.activeStreamId ?? '')
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `POST /api/sessions/${a.id}/streams/${a.streamId}/cancel`,
  ])
  expect(desk.state.S.sessionId).toBe(ses('b'))
})

test('Stop on what ended by itself in that moment is no failure', async () => {
  server.answer(problem(409, 'not_active'))
  expect(await desk.actions.stop(a.id, a.streamId)).toEqual({ ok: true, value: undefined })
  expect(desk.doing(`stop/${a.streamId}`)).toBeNull()
})

test("Approve from the row while looking at B: A's request, with the digest of what was shown", async () => {
  await desk.actions.resolvePermission(asked(), 'yes')
  expect(server.last).toMatchObject({
    path: `/api/sessions/${a.id}/streams/${a.streamId}/permissions/${asked().id}`,
    body: { optionId: 'yes', digest: 'd' },
  })
  expect(desk.state.S.sessionId).toBe(ses('b'))
})

test("The click's request fails: the card stays, says so, and a retry decides once", async () => {
  vi.useFakeTimers()
  server.always = () => 'cut off'
  const first = desk.actions.resolvePermission(asked(), 'yes')
  await vi.runAllTimersAsync()
  await first
  expect(asked().state).toBe('pending')
  expect(desk.doing(`permission/${asked().id}`)).toMatchObject({ state: 'failed', failure: { code: 'offline' } })
  server.always = () => ({ body: {} })
  await desk.actions.resolvePermission(asked(), 'yes')
  expect(desk.doing(`permission/${asked().id}`)).toBeNull()
  expect(new Set(server.asked.map(({ key }) => key)).size).toBe(1)
  vi.useRealTimers()
})

test('Another choice after a failed one is another request, under another key', async () => {
  vi.useFakeTimers()
  server.always = () => 'cut off'
  const first = desk.actions.resolvePermission(asked(), 'yes')
  await vi.runAllTimersAsync()
  await first
  server.always = () => ({ body: {} })
  await desk.actions.resolvePermission(asked(), 'no')
  expect(new Set(server.asked.map(({ key }) => key)).size).toBe(2)
  vi.useRealTimers()
})

test('Answered in another tab: this one says by whom and what', async () => {
  server.answer(problem(409, 'already_resolved', 'Rejected by Ann, 2 minutes ago.', { resolvedBy: 'Ann' }))
  const outcome = await desk.actions.resolvePermission(asked(), 'yes')
  expect(outcome).toMatchObject({ ok: false, failure: { detail: 'Rejected by Ann, 2 minutes ago.' } })
  expect(desk.doing(`permission/${asked().id}`)).toMatchObject({ failure: { more: { resolvedBy: 'Ann' } } })
  desk.actions.dismiss(`permission/${asked().id}`)
  expect(desk.doing(`permission/${asked().id}`)).toBeNull()
})

test('A double click decides once', async () => {
  const release = server.hold()
  const first = desk.actions.resolvePermission(asked(), 'yes')
  await desk.actions.resolvePermission(asked(), 'no')
  release()
  await first
  expect(server.asked).toHaveLength(1)
})
