import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { LiveRequest, StreamRequest } from '../../server/hub/hub.ts'
import { ProblemError } from '../../shared/problems.ts'
import { ids, noHub, noSessions } from './support/doubles.ts'
import { listening, testHouse } from './support/house.ts'

const events = `/api/sessions/${ids.session}/streams/${ids.run}/events`

/** A hub that says what it was asked, as its one event, and ends. */
async function echoing(options: { hasStream?: boolean; isAtEnd?: boolean; admit?: () => void } = {}) {
  const write = async (outgoing: ServerResponse, { signal: _, ...request }: StreamRequest | LiveRequest) => {
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' })
    outgoing.end(JSON.stringify(request))
  }
  const hub = noHub({
    admit: options.admit ?? (() => undefined),
    stream: write,
    live: write,
    isAtEnd: async () => options.isAtEnd ?? false,
  })
  const sessions = noSessions({ hasStream: async () => options.hasStream ?? true })
  const made = await testHouse({ house: { hub, sessions } })
  const { url } = await listening(made)
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { headers: { authorization: `Bearer ${made.key}`, ...headers } })
  return { ...made, url, get }
}

test('a stream begins after the last event that its reader has', async () => {
  const { get, keyId } = await echoing()
  const after = async (query: string, headers = {}) => (await (await get(events + query, headers)).json()).after
  expect(await after('')).toBe(0)
  expect(await after('?after=42')).toBe(42)
  expect(await after(`?after=${ids.session}/42`)).toBe(42)
  expect(await after('?after=snapshot')).toBe('snapshot')
  expect(await after('?after=7', { 'last-event-id': `${ids.session}/9` })).toBe(9)
  expect(await after('?after=nonsense')).toEqual({ invalid: 'nonsense' })
  expect(await after(`?after=${ids.otherSession}/3`)).toEqual({ invalid: `${ids.otherSession}/3` })
  expect(await (await get(events)).json()).toMatchObject({ keyId, sessionId: ids.session, streamId: ids.run })
})

test('a stream carries the strict headers, although the hub writes its head', async () => {
  const { get } = await echoing()
  const { headers } = await get(events)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('cache-control')).toContain('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('a stream of another session is not found', async () => {
  const { get } = await echoing({ hasStream: false })
  expect((await get(events)).status).toBe(404)
})

test('who has all of a stream that has ended is told so, with 204', async () => {
  const { get } = await echoing({ isAtEnd: true })
  const answer = await get(`${events}?after=9`)
  expect(answer.status).toBe(204)
  expect(await answer.text()).toBe('')
})

test('over the cap the answer is 429 and says when to come back', async () => {
  const { get } = await echoing({
    admit() {
      throw new ProblemError('too_many_streams', 'Too many streams.')
    },
  })
  const answer = await get(events)
  expect(answer.status).toBe(429)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a live connection carries the sessions that it names, and the feed', async () => {
  const { url, key, keyId } = await echoing()
  const body = { feed: { after: null }, sessions: [{ id: ids.session, after: 3 }] }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/live`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(await answer.json()).toEqual({ keyId, ...body })
})

test('a change of a live connection that is over is not found', async () => {
  const { ask } = await testHouse({ house: { hub: noHub({ change: () => false }) } })
  expect((await ask('POST', '/api/live/abc', { ping: true })).status).toBe(404)
})
