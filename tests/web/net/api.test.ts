import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Api, createApi } from '../../../web/src/net/api.ts'
import type { KeyStore } from '../../../web/src/net/key-store.ts'
import { memoryKeys, problem, Server } from './server.ts'

let server: Server
let keys: KeyStore
let api: Api
let unauthorized: number
const life = new AbortController()

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
  keys = memoryKeys()
  unauthorized = 0
  api = createApi({ fetch: server.fetch, keys, onUnauthorized: () => unauthorized++, signal: life.signal })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The end of a request, however long it waits between its tries. */
async function ended<Value>(request: Promise<Value>): Promise<Value | { code: string; message: string }> {
  const end = request.catch((error) => error)
  await vi.runAllTimersAsync()
  return end
}

test('A send whose answer was cut off is made again under the same key, so that it runs once', async () => {
  server.answer('cut off', 'cut off', { body: { streamId: 'run_1' } })
  const answer = await ended(api.request('POST', '/api/sessions/a/turns', { body: { text: 'go' } }))
  expect(answer).toEqual({ streamId: 'run_1' })
  expect(server.asked).toHaveLength(3)
  expect(new Set(server.asked.map(({ key }) => key)).size).toBe(1)
  expect(server.asked.map(({ body }) => body)).toEqual([{ text: 'go' }, { text: 'go' }, { text: 'go' }])
})

test('Two sends of the same text are two: each has a key of its own', async () => {
  await ended(api.request('POST', '/api/x', { body: { text: 'go' } }))
  await ended(api.request('POST', '/api/x', { body: { text: 'go' } }))
  expect(new Set(server.asked.map(({ key }) => key)).size).toBe(2)
})

test('A server that stays away is a sentence, not an exception of the network', async () => {
  server.always = () => 'cut off'
  expect(await ended(api.request('GET', '/api/x'))).toMatchObject({ code: 'offline', message: /cannot be reached/ })
})

test("A refusal is the server's own words, with all that it says, and is not tried again", async () => {
  server.answer(problem(409, 'already_resolved', 'Allowed by Ann, a minute ago.', { resolvedBy: 'Ann' }))
  const end = await ended(api.request('POST', '/api/x', { body: {} }))
  expect(end).toMatchObject({ code: 'already_resolved', message: 'Allowed by Ann, a minute ago.' })
  expect(end).toMatchObject({ more: { resolvedBy: 'Ann', status: 409 } })
  expect(server.asked).toHaveLength(1)
})

test("A proxy's error page is no answer of ours, and says so", async () => {
  server.answer({ status: 502, body: '<h1>Bad gateway</h1>' })
  expect(await ended(api.request('GET', '/api/x'))).toMatchObject({ code: 'broken_answer' })
  server.answer({ body: '<h1>Hello</h1>' })
  expect(await ended(api.request('GET', '/api/x'))).toMatchObject({ code: 'broken_answer' })
})

test('The key goes in a header; one that does not count is told of', async () => {
  await ended(api.request('GET', '/api/x'))
  expect(server.last.authorization).toBe('Bearer k')
  server.answer(problem(401, 'unauthorized'))
  await ended(api.request('GET', '/api/x'))
  expect(unauthorized).toBe(1)
})

test('A login code gives a key that is kept; it is tried once, for it is spent', async () => {
  keys = memoryKeys(null)
  api = createApi({ fetch: server.fetch, keys, onUnauthorized: () => unauthorized++, signal: life.signal })
  server.answer('cut off')
  expect(await ended(api.login('1234'))).toMatchObject({ code: 'offline' })
  expect(server.asked).toHaveLength(1)
  server.answer({ body: { key: 'fresh' } })
  await ended(api.login('5678'))
  expect(server.last.body).toEqual({ code: '5678' })
  expect(await keys.read()).toBe('fresh')
})

test('What is to outlive the page leaves at once: the storage of a page that ends does not answer any more', async () => {
  await ended(api.request('GET', '/api/x'))
  keys.read = () => new Promise(() => undefined)
  void api.request('PUT', '/api/sessions/new/draft', { body: { text: 'last words' }, keepalive: true })
  expect(server.last).toMatchObject({ method: 'PUT', authorization: 'Bearer k', body: { text: 'last words' } })
})
