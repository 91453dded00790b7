import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SessionEvent } from '../../shared/events.ts'
import { launchHeddle } from '../browser/support/heddle.ts'
import { endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { type Client, createClient } from '../support/client.ts'

let heddle: Awaited<ReturnType<typeof launchHeddle>>
let client: Client

beforeAll(async () => {
  heddle = await launchHeddle()
  client = createClient(heddle.url, heddle.key)
}, 120_000)
afterAll(() => heddle.stop())

const retriesIn = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'notice' && event.retry ? [{ ...event.retry, saidAt: event.at }] : []))
const isRetry = (event: SessionEvent) => event.type === 'notice' && event.retry !== undefined

test.each(['demo', 'demo-process'])(
  '41. The provider %s fails for a while: it is retried visibly, and then goes through',
  async (provider) => {
    const chat = await openChat(client, { provider })
    const { streamId } = await chat.send('/demo fail 503 2; say through')
    const events = await chat.turn(streamId)
    expect(textOfEvents(events).trim()).toBe('through')
    const retries = retriesIn(events)
    expect(retries).toMatchObject([
      { attempt: 2, of: 4 },
      { attempt: 3, of: 4 },
    ])
    for (const { at, saidAt } of retries) expect(Date.parse(at) - Date.parse(saidAt)).toBeGreaterThanOrEqual(1000)
    const [first, second] = retries
    expect(Date.parse(second?.saidAt ?? ''), 'no try comes before its time').toBeGreaterThanOrEqual(
      Date.parse(first?.at ?? '') - 20,
    )
    expect(events.filter(({ type }) => type === 'turn_started' || type === 'turn_ended')).toHaveLength(2)
    const { messages, runs, session } = await chat.get()
    expect(textOf(messages, 'user')).toBe('/demo fail 503 2; say through')
    expect(runs).toMatchObject([{ id: streamId, state: 'done', recovery: null }])
    expect(session.state).toBe('idle')
  },
)

test('41. A provider that goes on failing is tried four times, never in a loop; then one card says what is safe and what to do', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo fail 429 100; say never')
  const events = await chat.turn(streamId)
  expect(retriesIn(events).map(({ attempt }) => attempt)).toEqual([2, 3, 4])
  const end = endOf(events)
  expect(end?.type === 'turn_ended' && end).toMatchObject({
    stopReason: 'error',
    recovery: {
      status: 'Failed',
      summary: 'The model service answered 429.',
      safeRetry: expect.stringMatching(/^Yes/),
      stopCondition: expect.stringContaining('tried four times'),
      nextActions: [{ action: 'retry' }, { action: 'switch_model' }],
    },
  })
  expect(textOf((await chat.get()).messages)).toBe('')
  const next = await chat.send('/demo say here again')
  expect(textOfEvents(await chat.turn(next.streamId)).trim()).toBe('here again')
})

test('41. Stop works at once while the next try is waited for', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo fail 500 100; say never')
  await chat.until((event) => isRetry(event) && event.type === 'notice' && event.retry?.attempt === 3)
  expect((await chat.get()).session).toMatchObject({ state: 'running', activity: 'Trying again' })
  const stoppedAt = Date.now()
  expect((await chat.cancel(streamId)).status).toBe(202)
  const events = await chat.turn(streamId)
  expect(Date.now() - stoppedAt).toBeLessThan(1000)
  const end = endOf(events)
  expect(end?.type === 'turn_ended' && end.stopReason).toBe('cancelled')
  expect(retriesIn(events)).toHaveLength(2)
})

test('41. What was said before the failure is said once: such a turn is not tried again', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo say half an answer; fail 503; say never')
  const events = await chat.turn(streamId)
  expect(textOfEvents(events).trim()).toBe('half an answer')
  expect(retriesIn(events)).toEqual([])
  const end = endOf(events)
  expect(end?.type === 'turn_ended' && end.recovery?.summary).toBe('The model service answered 503.')
})

test('39. A server that is killed while the next try is waited for marks the turn interrupted, and tries nothing by itself', async () => {
  const chat = await openChat(client)
  const { streamId } = await chat.send('/demo fail 503 100; say never')
  await chat.until((event) => isRetry(event))
  await heddle.kill()
  await heddle.restart()
  const { session, runs, messages } = await chat.get()
  expect(session).toMatchObject({ state: 'interrupted', activeStreamId: null })
  expect(runs).toMatchObject([{ id: streamId, stopReason: 'interrupted', recovery: { status: 'Interrupted' } }])
  expect(textOf(messages, 'user')).toBe('/demo fail 503 100; say never')
})
