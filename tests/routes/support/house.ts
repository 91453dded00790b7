/** A house of doubles with real keys, codes and tickets, and the app in it. */

import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { createApp } from '../../../server/app.ts'
import { createLoginCodes } from '../../../server/gate/codes.ts'
import { createListener } from '../../../server/gate/listener.ts'
import { createTickets } from '../../../server/gate/tickets.ts'
import { createGate } from '../../../server/gate.ts'
import { createKeys } from '../../../server/keys.ts'
import type { Env, House } from '../../../server/routes/house.ts'
import { createPages, isShell } from '../../../server/static.ts'
import { memoryStore, noHub, noSessions, notingFeed } from './doubles.ts'

export interface TestHouse {
  readonly house: House
  readonly app: Hono<Env>
  /** A person's key. */
  readonly key: string
  readonly keyId: string
  /** What the feed was told, and what was reported. */
  readonly told: unknown[]
  readonly reports: unknown[]
  readonly revoked: string[]
  readonly clock: { now: number }
  /** A request with the person's key and, if there is a body, JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

export interface HouseOptions {
  readonly house?: Partial<House>
  readonly pages?: string
  readonly environmentKey?: string
}

export async function testHouse({ house: given = {}, pages = '/nowhere', environmentKey }: HouseOptions = {}) {
  const [told, reports, revoked]: [unknown[], unknown[], string[]] = [[], [], []]
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  const now = () => clock.now
  const store = given.store ?? memoryStore()
  const report = (error: unknown) => void reports.push(error)
  const tickets = createTickets(now)
  const keys = await createKeys({
    store: store.keys,
    environmentKey: environmentKey ?? null,
    now,
    onRevoked(id) {
      revoked.push(id)
      tickets.forgetKey(id)
    },
    report,
  })
  const { apiKey, secret } = await keys.create('test', 'person')
  const house: House = {
    version: '0.0.0+test',
    sessions: noSessions(),
    hub: noHub({ feed: notingFeed(told) }),
    store,
    providers: { list: () => [], refresh: () => Promise.reject(new Error('not expected')) },
    keys,
    loginCodes: createLoginCodes(now),
    tickets,
    publicUrl: () => 'http://127.0.0.1:4870',
    signal: new AbortController().signal,
    now,
    report,
    ...given,
  }
  const app = createApp(house, createPages(pages))
  const ask: TestHouse['ask'] = async (method, path, body, headers = {}) =>
    app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return { house, app, key: secret, keyId: apiKey.id, told, reports, revoked, clock, ask } satisfies TestHouse
}

/** The house behind its gate on a real port, for what only a socket can show. */
export async function listening({ app, house }: TestHouse, options: { timeoutMs?: number } = {}) {
  let port = 0
  const origins = () => new Map([[`127.0.0.1:${port}`, `http://127.0.0.1:${port}`]])
  const gate = createGate(origins, isShell)
  const server: Server = createListener({ app, gate, tls: null, report: house.report, ...options })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port, url: `http://127.0.0.1:${port}`, server }
}

/** Sends bytes as they are and gives back all that came until the other side closed. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}
