/** What SECURITY promises of keys, codes and tickets. */
import type { ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import type { StreamRequest } from '../../server/hub/hub.ts'
import { deviceOf } from '../../server/routes/user-agent.ts'
import { ids, memoryStore, noHub, noSessions } from '../routes/support/doubles.ts'
import { listening, testHouse } from '../routes/support/house.ts'

const minute = 60_000
const login = (code: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' },
  body: JSON.stringify({ code }),
})

describe('keys', () => {
  test('everything under /api needs a key, except health and login', async () => {
    const { app } = await testHouse()
    for (const path of [
      '/api/bootstrap',
      '/api/openapi.json',
      '/api/keys',
      `/api/sessions/${ids.session}`,
      '/api/nothing',
      '/metrics',
    ]) {
      const answer = await app.request(path)
      expect(answer.status, path).toBe(401)
      expect(await answer.json()).toMatchObject({ code: 'unauthorized' })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect((await app.request('/api/health')).status).toBe(200)
    expect((await app.request('/api/login', login('x'))).status).toBe(401)
  })

  test('a key is taken from the header alone: no cookie, no query, no other scheme', async () => {
    const { app, key } = await testHouse()
    const encoded = Buffer.from(`x:${key}`).toString('base64')
    const attempts: Record<string, string>[] = [
      { cookie: `key=${key}` },
      { authorization: key },
      { authorization: `Basic ${encoded}` },
      { authorization: `Bearer  ${key}` },
      { authorization: `Bearer ${key}x` },
      { authorization: `Bearer ${key.slice(0, -1)}` },
    ]
    for (const headers of attempts)
      expect((await app.request('/api/settings', { headers })).status, JSON.stringify(headers)).toBe(401)
    expect((await app.request(`/api/settings?key=${key}&ticket=${key}`)).status).toBe(401)
    const headers = { authorization: `Bearer ${key}` }
    expect((await app.request('/api/settings', { headers })).status).toBe(200)
  })

  test('only the hash of a key is stored', async () => {
    const store = memoryStore()
    const { key } = await testHouse({ house: { store } })
    const kept = JSON.stringify(await store.keys.list())
    expect(kept).not.toContain(key)
    expect(kept).not.toContain(key.replace('heddle_', ''))
    expect(kept).toMatch(/"hash":"[0-9a-f]{64}"/)
  })

  test('keys are listed without their secrets', async () => {
    const { ask, key, keyId } = await testHouse()
    const text = await (await ask('GET', '/api/keys')).text()
    expect(text).not.toContain(key)
    expect(text).not.toContain('hash')
    expect(JSON.parse(text).items).toMatchObject([{ id: keyId, name: 'test', kind: 'person' }])
  })

  test('a revoked key is nobody at once, and its streams are told to close', async () => {
    const { app, ask, revoked, house } = await testHouse()
    const { apiKey, secret } = await house.keys.create('ci', 'program')
    const headers = { authorization: `Bearer ${secret}` }
    expect((await app.request('/api/settings', { headers })).status).toBe(200)
    expect((await ask('DELETE', `/api/keys/${apiKey.id}`)).status).toBe(204)
    expect((await app.request('/api/settings', { headers })).status).toBe(401)
    expect(revoked).toEqual([apiKey.id])
    expect((await ask('DELETE', `/api/keys/${apiKey.id}`)).status).toBe(404)
  })

  test('a key that could not be struck off the disk is nobody all the same, and can be revoked again', async () => {
    const store = memoryStore()
    const { remove } = store.keys
    const { ask, keyId, house } = await testHouse({ house: { store } })
    const { apiKey, secret } = await house.keys.create('ci', 'program')
    store.keys.remove = () => Promise.reject(new Error('disk full'))
    expect((await ask('DELETE', `/api/keys/${apiKey.id}`)).status).toBe(500)
    expect(house.keys.actorOf(secret)).toBeNull()
    store.keys.remove = remove
    expect((await ask('DELETE', `/api/keys/${apiKey.id}`)).status).toBe(204)
    expect((await store.keys.list()).map(({ id }) => id)).toEqual([keyId])
    expect((await ask('DELETE', `/api/keys/${apiKey.id}`)).status).toBe(404)
  })

  test('a key that is revoked while its stream is being looked for gets no stream', async () => {
    let found: (isThere: boolean) => void = () => undefined
    const hasStream = vi.fn(
      () =>
        new Promise<boolean>((resolve) => {
          found = resolve
        }),
    )
    const opened: string[] = []
    const hub = noHub({
      isAtEnd: async () => false,
      admit: () => undefined,
      stream: async (outgoing: ServerResponse, { keyId }: StreamRequest) => void outgoing.end(`${opened.push(keyId)}`),
    })
    const made = await testHouse({ house: { hub, sessions: noSessions({ hasStream }) } })
    const { url } = await listening(made)
    const { apiKey, secret } = await made.house.keys.create('ci', 'program')
    const path = `/api/sessions/${ids.session}/streams/*/events`
    const answer = fetch(`${url}${path}`, { headers: { authorization: `Bearer ${secret}` } })
    await vi.waitFor(() => expect(hasStream).toHaveBeenCalled())
    await made.house.keys.revoke(apiKey.id)
    found(true)
    expect((await answer).status).toBe(401)
    expect(opened).toEqual([])
  })

  test('keys survive a restart', async () => {
    const store = memoryStore()
    const { key } = await testHouse({ house: { store } })
    const { app } = await testHouse({ house: { store } })
    expect((await app.request('/api/settings', { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
  })

  test('HEDDLE_KEY is accepted, never stored, and cannot be revoked by a request', async () => {
    const store = memoryStore()
    const { app, ask } = await testHouse({ house: { store }, environmentKey: 'from-outside' })
    const headers = { authorization: 'Bearer from-outside' }
    expect((await app.request('/api/settings', { headers })).status).toBe(200)
    expect(await store.keys.list()).toHaveLength(1)
    const { items } = (await (await ask('GET', '/api/keys')).json()) as { items: { id: string; name: string }[] }
    const fixed = items.find(({ name }) => name === 'HEDDLE_KEY')
    expect((await ask('DELETE', `/api/keys/${fixed?.id}`)).status).toBe(403)
  })

  test("an agent's key cannot approve, make keys, or log anybody in", async () => {
    const { ask, house } = await testHouse()
    const { secret } = await house.keys.create('robot', 'agent')
    const headers = { authorization: `Bearer ${secret}` }
    const permission = `/api/sessions/${ids.session}/streams/${ids.run}/permissions/${ids.permission}`
    for (const [path, body] of [
      [permission, { optionId: 'allow', digest: 'd' }],
      ['/api/keys', { name: 'more' }],
      ['/api/login-codes', undefined],
    ] as const)
      expect(await (await ask('POST', path, body, headers)).json(), path).toMatchObject({ code: 'forbidden' })
  })
})

describe('login codes', () => {
  test('a code works once', async () => {
    const { app, house } = await testHouse()
    const { code } = house.loginCodes.create()
    const first = await app.request('/api/login', login(code))
    expect(first.status).toBe(200)
    const { key } = (await first.json()) as { key: string }
    expect((await app.request('/api/keys', { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
    expect(await (await app.request('/api/login', login(code))).json()).toMatchObject({ code: 'invalid_code' })
    expect(house.keys.list().map(({ name }) => name)).toContain('Firefox on Linux')
  })

  test('a key is named after the browser that it was made in', () => {
    const chrome =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/149.0 Safari/537.36'
    expect(deviceOf(chrome)).toBe('Chrome on Linux')
    expect(deviceOf(chrome.replace('Headless', ''))).toBe('Chrome on Linux')
  })

  test('a code works for ten minutes', async () => {
    const { app, house, clock } = await testHouse()
    const [early, late] = [house.loginCodes.create(), house.loginCodes.create()]
    clock.now += 10 * minute - 1
    expect((await app.request('/api/login', login(early.code))).status).toBe(200)
    clock.now += 1
    expect((await app.request('/api/login', login(late.code))).status).toBe(401)
  })

  test('guessing is slowed: after ten wrong codes all are refused until the minute is over', async () => {
    const { app, house, clock } = await testHouse()
    for (let wrong = 0; wrong < 10; wrong++) await app.request('/api/login', login(`wrong ${wrong}`))
    const { code } = house.loginCodes.create()
    const refused = await app.request('/api/login', login(code))
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('60')
    clock.now += minute
    expect((await app.request('/api/login', login(code))).status).toBe(200)
  })

  test('another device is added by a fresh one-time link', async () => {
    const { app, ask } = await testHouse()
    const made = (await (await ask('POST', '/api/login-codes')).json()) as { code: string; url: string }
    expect(made.url).toBe(`http://127.0.0.1:4870/#code=${made.code}`)
    expect(made.code.length).toBeGreaterThanOrEqual(22)
    expect((await app.request('/api/login', login(made.code))).status).toBe(200)
  })
})

describe('tickets', () => {
  const events = `/api/sessions/${ids.session}/streams/${ids.run}/events`

  /** A hub that answers each stream with the key that it was opened for, and ends when told. */
  async function withStreams() {
    const open: ServerResponse[] = []
    const stream = async (outgoing: ServerResponse, { keyId }: StreamRequest) => {
      open.push(outgoing)
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' })
      outgoing.write(keyId)
    }
    const hub = noHub({ admit: () => undefined, stream, isAtEnd: async () => false })
    const made = await testHouse({ house: { hub, sessions: noSessions({ hasStream: async () => true }) } })
    const { url } = await listening(made)
    const get = (path: string) => fetch(`${url}${path}`)
    const ticket = async (path = events) =>
      ((await (await made.ask('POST', '/api/tickets', { path })).json()) as { ticket: string }).ticket
    const closeAll = async () => {
      const closed = open.map((outgoing) => new Promise((resolve) => outgoing.once('close', resolve)))
      for (const outgoing of open.splice(0)) outgoing.end()
      await Promise.all(closed)
    }
    return { ...made, get, ticket, closeAll }
  }

  test('a ticket opens its own path, with the rights of its key', async () => {
    const { get, ticket, closeAll, keyId } = await withStreams()
    const value = await ticket()
    const answer = await get(`${events}?after=3&ticket=${value}`)
    await closeAll()
    expect(await answer.text()).toBe(keyId)
    const other = events.replace(ids.run, '*')
    expect((await get(`${other}?ticket=${value}`)).status).toBe(401)
    expect((await get(`/api/settings?ticket=${value}`)).status).toBe(401)
  })

  test('a ticket is for streams, files and exports only', async () => {
    const { ask } = await withStreams()
    for (const path of ['/api/keys', '/api/settings', '/', `/api/sessions/${ids.session}/turns`])
      expect((await ask('POST', '/api/tickets', { path })).status, path).toBe(400)
  })

  test('a ticket that is not used within a minute is worth nothing', async () => {
    const { get, ticket, clock } = await withStreams()
    const value = await ticket()
    clock.now += minute
    expect((await get(`${events}?ticket=${value}`)).status).toBe(401)
  })

  test('a used ticket is good for reconnecting until ten minutes after its last connection closed', async () => {
    const { get, ticket, clock, closeAll } = await withStreams()
    const value = await ticket()
    expect((await get(`${events}?ticket=${value}`)).status).toBe(200)
    clock.now += 60 * minute
    expect((await get(`${events}?ticket=${value}`)).status, 'while one is open').toBe(200)
    await closeAll()
    clock.now += 10 * minute - 1
    expect((await get(`${events}?ticket=${value}`)).status, 'just in time').toBe(200)
    await closeAll()
    clock.now += 10 * minute
    expect((await get(`${events}?ticket=${value}`)).status, 'too late').toBe(401)
  })

  test('a ticket dies with its key', async () => {
    const { ask, app, house } = await withStreams()
    const { apiKey, secret } = await house.keys.create('ci', 'program')
    const headers = { authorization: `Bearer ${secret}` }
    const made = (await (await ask('POST', '/api/tickets', { path: events }, headers)).json()) as { ticket: string }
    await ask('DELETE', `/api/keys/${apiKey.id}`)
    expect((await app.request(`${events}?ticket=${made.ticket}`)).status).toBe(401)
  })
})
