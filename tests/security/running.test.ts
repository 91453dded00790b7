/** What SECURITY promises of streams and keys, on the real server. */
import { expect, test, vi } from 'vitest'
import { runningHeddle } from '../cli/support/running.ts'
import { openChat } from '../support/chat.ts'
import { createClient, eventOf } from '../support/client.ts'

test("a revoked key's streams close within a second, and nobody else's", async () => {
  const { client, heddle } = await runningHeddle()
  const chat = await openChat(client)
  const made = await client.ok<{ id: string; key: string }>('POST', '/api/keys', { name: 'ci' })
  const path = `/api/sessions/${chat.id}/streams/*/events`
  const watch = (key: string) => {
    const seen = { frames: 0, isOver: false }
    const reading = (async () => {
      for await (const _ of createClient(heddle.url, key).frames(path)) seen.frames++
    })()
    const over = () => {
      seen.isOver = true
    }
    reading.then(over, over)
    return seen
  }
  const [theirs, ours] = [
    watch(made.key),
    watch((await client.ok<{ key: string }>('POST', '/api/keys', { name: 'other' })).key),
  ]
  await chat.send('/demo count 100000 @50')
  await vi.waitFor(() => expect(Math.min(theirs.frames, ours.frames)).toBeGreaterThan(3))
  await client.ok('DELETE', `/api/keys/${made.id}`)
  await vi.waitFor(() => expect(theirs.isOver).toBe(true), 1_000)
  const { frames } = ours
  await vi.waitFor(() => expect(ours.frames).toBeGreaterThan(frames))
  expect(ours.isOver).toBe(false)
})

test('a stream, too, carries the strict headers, and ids and types of our constants only', async () => {
  const { client, heddle } = await runningHeddle()
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo say event: evil\\ndata: x; garbage; tool t')
  const path = `/api/sessions/${chat.id}/streams/${streamId}/events`
  const frames = []
  for await (const frame of client.frames(path)) frames.push(frame)
  for (const { id, event, data } of frames) {
    expect(id).toMatch(new RegExp(`^${chat.id}/\\d+$`))
    expect(event).toBe(eventOf({ id, event, data }).type)
    expect(data).not.toContain('\n')
  }
  const { headers } = await fetch(`${heddle.url}${path}`, {
    headers: { authorization: `Bearer ${(await client.ok<{ key: string }>('POST', '/api/keys', { name: 'x' })).key}` },
  })
  expect(headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(headers.get('cache-control')).toContain('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('over the cap of a key the answer is 429 with Retry-After; other requests are answered', async () => {
  const { client, heddle } = await runningHeddle({ 'max-streams-per-key': '2' })
  const chat = await openChat(client)
  const stop = new AbortController()
  const { key } = await client.ok<{ key: string }>('POST', '/api/keys', { name: 'greedy' })
  const headers = { authorization: `Bearer ${key}` }
  const open = () => fetch(`${heddle.url}/api/sessions/${chat.id}/streams/*/events`, { headers, signal: stop.signal })
  const [first, second] = [await open(), await open()]
  expect([first.status, second.status]).toEqual([200, 200])
  const refused = await open()
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await fetch(`${heddle.url}/api/settings`, { headers })).status).toBe(200)
  stop.abort()
})

test('a ticket follows a stream without a header, and no longer than its key lives', async () => {
  const { client, heddle } = await runningHeddle()
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo say hello')
  const path = `/api/sessions/${chat.id}/streams/${streamId}/events`
  const own = await client.ok<{ id: string; key: string }>('POST', '/api/keys', { name: 'player' })
  const { ticket } = await createClient(heddle.url, own.key).ok<{ ticket: string }>('POST', '/api/tickets', { path })
  const get = () => fetch(`${heddle.url}${path}?ticket=${ticket}`)
  expect(await (await get()).text()).toContain('event: turn_ended')
  expect((await get()).status).toBe(200)
  await client.ok('DELETE', `/api/keys/${own.id}`)
  expect((await get()).status).toBe(401)
})

test('ids are checked by pattern, and an unknown one is like one that never was', async () => {
  const { client } = await runningHeddle()
  const status = async (id: string) => (await client.request('GET', `/api/sessions/${id}`)).status
  expect(await status('ses_AAAAAAAAAAAAAAAAAAAAAA')).toBe(404)
  for (const id of [
    'ses_',
    'ses_AAAAAAAAAAAAAAAAAAAAA',
    'run_AAAAAAAAAAAAAAAAAAAAAA',
    '..',
    'constructor',
    "ses_' OR 1=1",
  ])
    expect(await status(encodeURIComponent(id)), id).toBeGreaterThanOrEqual(400)
  const chat = await openChat(client)
  expect(chat.id).toMatch(/^ses_[A-Za-z0-9_-]{22}$/)
  expect((await client.request('DELETE', `/api/sessions/${chat.id}`)).status).toBe(204)
  expect(await status(chat.id)).toBe(410)
})

test('no secret is in what is logged', async () => {
  const { client, logged, heddleCli } = await runningHeddle()
  const { key } = await client.ok<{ key: string }>('POST', '/api/keys', { name: 'ci' })
  await client.request('GET', '/api/nothing', undefined, { authorization: `Bearer ${key}` })
  const { out } = await heddleCli(['open'])
  const text = logged.join('')
  expect(text).not.toContain(key)
  expect(text).not.toContain(new URL(out.trim()).hash.slice('#code='.length))
})
