import { expect, test } from 'vitest'
import { ProblemError } from '../../shared/problems.ts'
import { ids, noSessions, sessionRow } from './support/doubles.ts'
import { testHouse } from './support/house.ts'

/** Takes every send, and counts them. */
function countingSends() {
  const sends = { count: 0 }
  const send = async () => {
    sends.count++
    return answered
  }
  return { sends, house: { sessions: noSessions({ send }) } }
}

const turns = `/api/sessions/${ids.session}/turns`
const answered = { messageId: ids.message, streamId: ids.run, state: 'running' as const }

test('the same key and body again gives the first answer again, and runs once', async () => {
  const { sends, house } = countingSends()
  const { ask } = await testHouse({ house })
  const headers = { 'idempotency-key': 'once' }
  const first = await ask('POST', turns, { text: 'hi' }, headers)
  const second = await ask('POST', turns, { text: 'hi' }, headers)
  expect([first.status, second.status]).toEqual([202, 202])
  expect(await second.json()).toEqual(await first.json())
  expect(sends.count).toBe(1)
})

test('a duplicate that comes while the first is under way waits for it', async () => {
  let runs = 0
  let finish: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    finish = resolve
  })
  const send = async () => {
    runs++
    await gate
    return answered
  }
  const { ask } = await testHouse({ house: { sessions: noSessions({ send }) } })
  const both = [1, 2].map(() => ask('POST', turns, { text: 'hi' }, { 'idempotency-key': 'twice' }))
  finish()
  const bodies = await Promise.all(both.map(async (answer) => (await answer).json()))
  expect(bodies).toEqual([answered, answered])
  expect(runs).toBe(1)
})

test('the same key with another body, or for another address, is a mismatch', async () => {
  const { ask } = await testHouse({ house: { sessions: noSessions({ send: async () => answered }) } })
  const headers = { 'idempotency-key': 'k' }
  await ask('POST', turns, { text: 'one' }, headers)
  expect(await (await ask('POST', turns, { text: 'two' }, headers)).json()).toMatchObject({
    code: 'idempotency_mismatch',
    status: 422,
  })
  expect((await ask('POST', '/api/projects', { name: 'p' }, headers)).status).toBe(422)
})

test('keys of different people do not meet', async () => {
  const { sends, house: given } = countingSends()
  const { ask, house } = await testHouse({ house: given })
  const other = await house.keys.create('other', 'program')
  await ask('POST', turns, { text: 'hi' }, { 'idempotency-key': 'k' })
  const headers = { 'idempotency-key': 'k', authorization: `Bearer ${other.secret}` }
  expect((await ask('POST', turns, { text: 'hi' }, headers)).status).toBe(202)
  expect(sends.count).toBe(2)
})

test('what was refused may be tried again with the same key', async () => {
  let busy = true
  const send = async () => {
    if (busy) throw new ProblemError('runtime_busy', 'It runs.')
    return answered
  }
  const { ask } = await testHouse({ house: { sessions: noSessions({ send }) } })
  const headers = { 'idempotency-key': 'again' }
  expect((await ask('POST', turns, { text: 'hi' }, headers)).status).toBe(409)
  busy = false
  expect((await ask('POST', turns, { text: 'hi' }, headers)).status).toBe(202)
})

test('an answer is forgotten after a day', async () => {
  const { sends, house } = countingSends()
  const { ask, clock } = await testHouse({ house })
  const headers = { 'idempotency-key': 'old' }
  await ask('POST', turns, { text: 'hi' }, headers)
  clock.now += 24 * 60 * 60_000 + 1
  await ask('POST', turns, { text: 'hi' }, headers)
  expect(sends.count).toBe(2)
})

test('commands are handed the key, to keep their answer in their own transaction', async () => {
  let seen: unknown
  const sessions = noSessions({
    create: async (_body, command) => {
      seen = command
      return { session: sessionRow(), created: true }
    },
  })
  const { ask, keyId } = await testHouse({ house: { sessions } })
  await ask('POST', '/api/sessions', { provider: 'demo' }, { 'idempotency-key': 'k1' })
  expect(seen).toMatchObject({
    actor: { keyId, kind: 'person', name: 'test' },
    idempotency: { key: `${keyId} k1`, requestHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
})

test('a new key is never kept for a repeated request', async () => {
  const { ask } = await testHouse()
  const headers = { 'idempotency-key': 'secret' }
  const [first, second] = [
    await ask('POST', '/api/keys', { name: 'ci' }, headers),
    await ask('POST', '/api/keys', { name: 'ci' }, headers),
  ]
  expect(((await first.json()) as { key: string }).key).not.toBe(((await second.json()) as { key: string }).key)
})
