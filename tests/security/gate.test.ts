/** What SECURITY promises of the gate, seen from a socket: each test is named by what must hold. */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ids, noHub, noSessions, notingFeed } from '../routes/support/doubles.ts'
import { type HouseOptions, listening, raw, testHouse } from '../routes/support/house.ts'

interface Answer {
  status: number
  headers: NodeJS.Dict<string | string[]>
  body: string
}

/** A request exactly as written: `fetch` would set and mend headers and paths. */
async function served(options: HouseOptions = {}, limits: { timeoutMs?: number } = {}) {
  const house = await testHouse(options)
  const { port } = await listening(house, limits)
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const own = { authorization: `Bearer ${house.key}`, ...headers }
      const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: own }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      })
      request.on('error', reject)
      request.end(body)
    })
  const codeOf = async (...what: Parameters<typeof ask>) =>
    (JSON.parse((await ask(...what)).body) as { code: string }).code
  return { ...house, port, ask, codeOf, origin: `http://127.0.0.1:${port}` }
}

const json = { 'content-type': 'application/json' }

describe('the host', () => {
  test('a request for another host is misdirected, which stops DNS rebinding', async () => {
    const { ask, codeOf, port } = await served()
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1.evil.example:${port}`,
    ])
      expect((await ask('/api/health', { host })).status, host).toBe(421)
    expect(await codeOf('/', { host: 'evil.example' })).toBe('misdirected')
    expect((await ask('/api/health', { host: `127.0.0.1:${port}` })).status).toBe(200)
  })

  test('a request without a host gets no further', async () => {
    const { port } = await served()
    expect(await raw(port, 'GET /api/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 421 /)
  })

  test('an absolute address in the request line does not change whose host it is', async () => {
    const { port } = await served()
    const head = `GET http://evil.example/api/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`
    expect(await raw(port, head)).toMatch(/^HTTP\/1.1 400 /)
  })
})

describe('other sites', () => {
  test('another origin is refused, also on another port of this machine, and "null"', async () => {
    const { codeOf } = await served()
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'http://localhost:3000', 'null', 'file://'])
      expect(await codeOf('/api/bootstrap', { origin }), origin).toBe('cross_site')
    expect(await codeOf('/api/projects', { origin: 'http://127.0.0.1:1', ...json }, 'POST', '{}')).toBe('cross_site')
  })

  test('our own origin, and no origin, may pass', async () => {
    const { ask, origin } = await served()
    expect((await ask('/api/settings', { origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await ask('/api/settings')).status).toBe(200)
  })

  test('what a browser says to be same-site or cross-site is refused', async () => {
    const { codeOf } = await served()
    for (const site of ['same-site', 'cross-site'])
      for (const mode of ['no-cors', 'cors', 'navigate'])
        expect(
          await codeOf('/api/settings', {
            'sec-fetch-site': site,
            'sec-fetch-mode': mode,
            'sec-fetch-dest': 'document',
          }),
        ).toBe('cross_site')
  })

  test('a link from elsewhere to the page works; as a frame or an image it does not', async () => {
    const { ask, codeOf } = await served()
    const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    for (const path of ['/', `/session/${ids.session}`, '/settings/keys'])
      expect((await ask(path, navigation)).status, path).not.toBe(403)
    expect(await codeOf('/', { ...navigation, 'sec-fetch-dest': 'iframe' })).toBe('cross_site')
    expect(await codeOf('/', { ...navigation, 'sec-fetch-mode': 'no-cors' })).toBe('cross_site')
    expect(await codeOf('/assets/main.js', navigation)).toBe('cross_site')
    expect(await codeOf('/', navigation, 'POST')).toBe('cross_site')
  })

  test('there are no CORS headers at all, also for a preflight', async () => {
    const { ask, origin } = await served()
    for (const answer of [
      await ask('/api/settings', { origin }),
      await ask('/api/settings', { origin: 'https://evil.example' }),
      await ask('/api/settings', { origin, 'access-control-request-method': 'POST' }, 'OPTIONS'),
    ])
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await ask('/api/settings', { origin }, 'OPTIONS')).status).toBe(405)
  })
})

describe('methods and bodies', () => {
  test('unsafe methods are JSON by exact type', async () => {
    const { ask, codeOf } = await served()
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'text/json',
      'application/json, text/plain',
      'application/json; charset=utf-16',
    ])
      expect(await codeOf('/api/projects', { 'content-type': type }, 'POST', '{"name":"p"}'), type).toBe(
        'unsupported_media_type',
      )
    expect(await codeOf('/api/projects', {}, 'POST', '{"name":"p"}')).toBe('unsupported_media_type')
    for (const type of ['application/json', 'Application/JSON; charset=UTF-8'])
      expect((await ask('/api/projects', { 'content-type': type }, 'POST', '{"name":"p"}')).status, type).toBe(201)
  })

  test('GET changes nothing: no route that changes something takes it', async () => {
    const { codeOf } = await served()
    for (const path of [
      `/api/sessions/${ids.session}/turns`,
      `/api/sessions/${ids.session}/streams/${ids.run}/cancel`,
      `/api/sessions/${ids.session}/queue/resume`,
      '/api/login',
      '/api/login-codes',
      '/api/tickets',
    ])
      expect(await codeOf(path), path).toBe('method_not_allowed')
  })

  test('methods that nobody needs are refused', async () => {
    const { ask } = await served()
    for (const method of ['TRACE', 'OPTIONS', 'PROPFIND', 'PURGE'])
      expect((await ask('/api/settings', {}, method)).status, method).toBe(405)
    expect((await ask('/api/settings', {}, 'HEAD')).status).toBe(405)
  })

  test('a body over 1 MiB is refused by its length', async () => {
    const { ask, codeOf } = await served()
    const draft = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes), files: [] })
    expect(await codeOf('/api/sessions/new/draft', json, 'PUT', draft(1024 * 1024))).toBe('too_large')
    expect((await ask('/api/sessions/new/draft', json, 'PUT', draft(1000 * 1024))).status).toBe(200)
  })

  test('a body over 1 MiB is refused also when it does not say how long it is', async () => {
    const { ask } = await served()
    const chunked = { ...json, 'transfer-encoding': 'chunked' }
    const body = JSON.stringify({ text: 'x'.repeat(1024 * 1024), files: [] })
    const answer = await ask('/api/sessions/new/draft', chunked, 'PUT', body)
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'too_large' })
    const small = await ask('/api/sessions/new/draft', chunked, 'PUT', '{"text":"a","files":[]}')
    expect(small.status).toBe(200)
  })

  test('who does not finish a request in time is let go', async () => {
    const { port } = await served({}, { timeoutMs: 200 })
    const head = `POST /api/login HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{`
    expect(await raw(port, head)).toMatch(/^HTTP\/1.1 408 /)
    expect(await raw(port, 'GET /api/health HTTP/1.1\r\nHos')).toMatch(/^HTTP\/1.1 408 /)
  })

  test('what is no HTTP gets a 400 with the strict headers, and the server goes on', async () => {
    const { port, ask } = await served()
    const answer = await raw(port, 'NONSENSE\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain("default-src 'none'")
    expect((await ask('/api/health')).status).toBe(200)
  })
})

test.each([
  ['speaks no HTTP', 'nonsense\r\n\r\n'],
  ['never finishes a request', 'POST /api/login HTTP/1.1\r\nHost: x\r\n'],
])('who %s and then does not hang up holds no connection open', async (_, text) => {
  const made = await testHouse()
  const { port, server } = await listening(made, { timeoutMs: 100 })
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(text))
  onTestFinished(() => void socket.destroy())
  await once(socket.resume(), 'end')
  const open = promisify(server.getConnections.bind(server))
  await vi.waitFor(async () => expect(await open()).toBe(0))
})

describe('paths', () => {
  test('encoded slashes, double slashes, "..", and NUL are refused in paths', async () => {
    const { ask } = await served()
    for (const path of [
      '/api/sessions/..%2f..%2fetc',
      `/api/sessions/${ids.session}%2Fqueue`,
      '/api/sessions/a%5cb',
      '/api/sessions/a\\b',
      '//evil.example/',
      '/api//health',
      '/../etc/passwd',
      '/assets/../../secret',
      '/assets/%2e%2e/secret',
      '/assets/.%2E/secret',
      '/api/health%00',
      '/api/%0d%0aset-cookie:x',
      '/api/%zz',
      '/api/%c0%ae%c0%ae/',
    ])
      expect(await ask(path), path).toMatchObject({
        status: 400,
        body: expect.stringContaining('no address of Heddle has'),
      })
    expect((await ask('/api/health?next=//x/../%2f%00')).status).toBe(200)
  })
})

describe('headers', () => {
  const policy =
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types heddle"

  test('every answer carries the strict headers: page, API, problem, refusal', async () => {
    const { ask } = await served()
    for (const answer of [
      await ask('/'),
      await ask('/nothing'),
      await ask('/api/settings'),
      await ask('/api/nothing'),
      await ask('/api/settings', { authorization: 'Bearer wrong' }),
      await ask('/api/settings', { host: 'evil.example' }),
      await ask('/api/sessions/a%2fb'),
    ]) {
      expect(answer.headers['content-security-policy']).toBe(policy)
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['referrer-policy']).toBe('no-referrer')
      expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(answer.headers['permissions-policy']).toMatch(/camera=\(\).*microphone=\(\)/)
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(answer.headers['x-powered-by']).toBeUndefined()
    }
  })

  test('nothing of the API is kept by a browser', async () => {
    const { ask } = await served()
    for (const path of ['/api/settings', '/api/bootstrap', '/api/nothing', '/api/health'])
      expect((await ask(path)).headers['cache-control'], path).toBe('no-store')
  })
})

test('no request ends the process: a handler that breaks is one 500', async () => {
  const sessions = noSessions({ list: () => Promise.reject(new Error('broken')) })
  const { ask, reports } = await served({ house: { sessions, hub: noHub({ feed: notingFeed([]) }) } })
  expect((await ask('/api/sessions')).status).toBe(500)
  expect((await ask('/api/settings')).status).toBe(200)
  expect(reports).toHaveLength(1)
})
