import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Permission, Provider } from '../../shared/model.ts'
import { launchHeddle } from '../browser/support/heddle.ts'
import { endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { type Client, createClient } from '../support/client.ts'

/** Agents as bad as they come: each a program that Node can run. */
const agents = {
  missing: ['heddle-has-no-such-program', []],
  dying: [process.execPath, ['-e', 'console.error("no licence was found"); process.exit(3)']],
  nonsense: [process.execPath, ['-e', 'setInterval(() => console.log("<html>this is no protocol</html>"), 1)']],
  silent: [process.execPath, ['-e', 'setInterval(() => {}, 1000)']],
} as const

let heddle: Awaited<ReturnType<typeof launchHeddle>>
let client: Client
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heddle-bad-'))
  const providers = Object.entries(agents).map(([id, [command, args]]) => ({
    id,
    name: id,
    kind: 'agent',
    command,
    args,
  }))
  await writeFile(join(dataDir, 'heddle.config.json'), JSON.stringify({ providers }))
  heddle = await launchHeddle({ dataDir })
  client = createClient(heddle.url, heddle.key)
})
afterAll(async () => {
  await heddle.stop()
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

const id = (prefix: string) => `${prefix}_${nanoid(22)}`

test('Unknown, ill-formed and foreign ids are typed problems', async () => {
  const [mine, other] = [await openChat(client), await openChat(client)]
  const run = (await other.send('/demo say theirs')).streamId
  await other.turn(run)
  const cases = [
    [`/api/sessions/${id('ses')}`, 404, 'not_found'],
    ['/api/sessions/1', 400, 'invalid_id'],
    [`/api/sessions/${id('run')}`, 400, 'invalid_id'],
    [`/api/sessions/${mine.id}/streams/${run}/events`, 404, 'not_found'],
    [`/api/sessions/${mine.id}/streams/..%2f/events`, 400, undefined],
  ] as const
  for (const [path, status, code] of cases) {
    const answer = await client.request('GET', path)
    expect([path, answer.status]).toEqual([path, status])
    if (code) expect(answer.body).toMatchObject({ code, status, detail: expect.stringMatching(/\w+ \w+/) })
  }
  expect(await mine.cancel(run)).toMatchObject({
    status: expect.toSatisfy((status: number) => [404, 409].includes(status)),
  })
})

test('Ill-formed JSON, a body that fails its schema and an oversized one are told apart, and change nothing', async () => {
  const chat = await openChat(client)
  const post = (body: string) =>
    fetch(`${heddle.url}/api/sessions/${chat.id}/turns`, {
      method: 'POST',
      headers: { authorization: `Bearer ${heddle.key}`, 'content-type': 'application/json' },
      body,
    })
  const told = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
  expect(await told(await post('{"text":'))).toEqual([400, 'invalid_json'])
  expect(await told(await post('{"text":7,"extra":true}'))).toEqual([400, 'invalid_body'])
  expect(await told(await post(JSON.stringify({ text: 'x'.repeat(1_100_000) })))).toEqual([413, 'too_large'])
  expect((await chat.get()).session).toMatchObject({ messageCount: 0, headSeq: 0, state: 'idle' })
})

test('An unknown provider or model is refused before anything is made', async () => {
  const create = (fields: object) => client.request('POST', '/api/sessions', { id: id('ses'), ...fields })
  expect(await create({ provider: 'nobody' })).toMatchObject({ status: 422, body: { code: 'unknown_provider' } })
  expect(await create({ provider: 'demo', model: 'no-such' })).toMatchObject({
    status: 422,
    body: { code: 'unknown_model' },
  })
})

test('An agent that is not installed says so, with what to do, and takes no chat', async () => {
  const { items } = await client.ok<{ items: Provider[] }>('GET', '/api/providers')
  const missing = items.find((provider) => provider.id === 'missing')
  expect(missing).toMatchObject({
    state: 'not_installed',
    detail: expect.stringContaining('heddle-has-no-such-program'),
  })
  const answer = await client.request('POST', '/api/sessions', { provider: 'missing', text: 'hello' })
  expect(answer).toMatchObject({ status: 422, body: { code: 'provider_not_ready' } })
})

test.each(['dying', 'nonsense', 'silent'] as const)(
  'An agent that is %s ends its turn with a card that says what happened and what to do; the prompt stays',
  async (provider) => {
    const chat = await openChat(client, { provider })
    const { streamId } = await chat.send('keep these words')
    const end = await endAfter(chat, streamId)
    expect(end).toMatchObject({ stopReason: 'error' })
    const recovery = end?.type === 'turn_ended' ? end.recovery : undefined
    expect(recovery?.summary).toMatch(/\w+ \w+/)
    expect(recovery?.nextActions.length).toBeGreaterThan(0)
    if (provider === 'dying') expect(recovery?.rootCause).toContain('no licence was found')
    const { session, messages } = await chat.get()
    expect(session.state).toBe('error')
    expect(textOf(messages, 'user')).toBe('keep these words')
  },
  60_000,
)

/** A turn may take its whole time-out to end: longer than a test waits for an event. */
async function endAfter(chat: Awaited<ReturnType<typeof openChat>>, streamId: string) {
  await expect.poll(async () => (await chat.get()).session.state, { timeout: 50_000, interval: 250 }).toBe('error')
  return endOf(await chat.turn(streamId))
}

test('An agent that floods: all of it is kept, or the turn ends and says why; the server answers meanwhile', async () => {
  const chat = await openChat(client, { provider: 'demo-process' })
  const { streamId } = await chat.send('/demo flood 3000; say after the flood')
  const before = Date.now()
  expect((await client.request('GET', '/api/health')).status).toBe(200)
  expect(Date.now() - before).toBeLessThan(1000)
  const said = textOfEvents(await chat.turn(streamId))
  expect(said.length).toBeGreaterThan(3_000_000)
  expect(said).toContain('after the flood')
  const more = await chat.send('/demo garbage; say still here')
  expect(textOfEvents(await chat.turn(more.streamId))).toContain('still here')
})

test('A second answer to an approval, a wrong digest and a cancel of what no longer runs each say what is so', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo ask make')
  const pending = (await chat.pending()) as Permission
  expect(await chat.decide({ ...pending, digest: '0'.repeat(64) }, 'allow_once')).toMatchObject({
    status: 409,
    body: { code: 'digest_mismatch' },
  })
  expect((await chat.decide(pending, 'allow_once')).status).toBe(200)
  expect(await chat.decide(pending, 'reject_once')).toMatchObject({ status: 409, body: { code: 'already_resolved' } })
  const events = await chat.turn(streamId)
  expect(textOfEvents(events)).toContain('ran: make')
  expect(await chat.cancel(streamId)).toMatchObject({ status: 409, body: { code: 'not_active' } })
})

test('After all of it the server still takes a chat from the first word to the last', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo say alive')
  expect(textOfEvents(await chat.turn(streamId)).trim()).toBe('alive')
})
