import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Permission } from '../../shared/model.ts'
import { launchHeddle } from '../browser/support/heddle.ts'
import { chatOf, endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { type Client, createClient } from '../support/client.ts'

let heddle: Awaited<ReturnType<typeof launchHeddle>>
const client = (): Client => createClient(heddle.url, heddle.key)

beforeAll(async () => {
  heddle = await launchHeddle()
}, 120_000)
afterAll(() => heddle.stop())

test('39. Server killed in mid-run: after the restart prompt and partial answer are there, marked interrupted, and the next send is accepted at once', async () => {
  const chat = await openChat(client())
  const { streamId } = await chat.send('/demo count 100000 @100')
  await chat.until((_, all) => textOfEvents(all).includes('10 '))
  await heddle.kill('SIGKILL')
  await heddle.restart()
  const after = chatOf(client(), chat.id)
  const { session, messages, runs, live } = await after.get()
  expect(session.state).toBe('interrupted')
  expect(live).toBeNull()
  expect(textOf(messages, 'user')).toBe('/demo count 100000 @100')
  expect(textOf(messages)).toContain('1 2 3 4 5 6 7 8 9 10 ')
  expect(runs.at(-1)).toMatchObject({ id: streamId, state: 'interrupted', stopReason: 'interrupted' })
  expect(runs.at(-1)?.recovery?.nextActions.length).toBeGreaterThan(0)
  const next = await after.send('/demo say again')
  expect(next.state).not.toBe('queued')
  expect(textOfEvents(await after.turn(next.streamId)).trim()).toBe('again')
})

test('30. An interrupted prompt is not put before every later one', async () => {
  const chat = await openChat(client())
  await chat.send('/demo count 100000 @100')
  await chat.until((_, all) => textOfEvents(all).includes('2 '))
  await heddle.kill('SIGKILL')
  await heddle.restart()
  const after = chatOf(client(), chat.id)
  for (const word of ['first', 'second']) {
    const { streamId } = await after.send(`/demo say ${word}`)
    const events = await after.turn(streamId)
    expect(events.filter((event) => event.type === 'user_message')).toHaveLength(1)
    expect(textOfEvents(events).trim()).toBe(word)
  }
})

test('Ctrl+C that comes twice at once, as under npm, ends the server cleanly all the same', async () => {
  const chat = await openChat(client(), { provider: 'demo-process' })
  await chat.send('/demo say before; hang')
  await chat.until((_, all) => textOfEvents(all).includes('before'))
  const agent = await agentPid()
  process.kill(heddle.pid, 'SIGTERM')
  await heddle.kill('SIGTERM')
  expect(heddle.log().trimEnd().split('\n').at(-1)).toContain('"msg":"Ended"')
  expect(() => process.kill(agent, 0)).toThrow('ESRCH')
  await heddle.restart()
  expect((await chatOf(client(), chat.id).get()).session.state).toBe('interrupted')
})

test('47. The agent dies with an approval open: the card expires, with its reason; nothing was run', async () => {
  const chat = await openChat(client(), { provider: 'demo-process' })
  const { streamId } = await chat.send('/demo say before; ask rm -rf everything')
  const pending = (await chat.pending()) as Permission
  const pid = await agentPid()
  process.kill(pid, 'SIGKILL')
  const events = await chat.turn(streamId)
  const expired = events.find((event) => event.type === 'permission_expired')
  expect(expired?.type === 'permission_expired' && expired.permission).toMatchObject({
    id: pending.id,
    state: 'expired',
  })
  expect(expired?.type === 'permission_expired' && expired.permission.reason).toBeTruthy()
  expect(textOfEvents(events)).not.toContain('ran:')
  const end = endOf(events)
  expect(end?.type === 'turn_ended' && end.stopReason).toBe('error')
  expect(end?.type === 'turn_ended' && end.recovery?.nextActions.length).toBeGreaterThan(0)
  expect((await chat.decide(pending, 'allow_once')).body).toMatchObject({ code: 'expired' })
})

test('runtimeSessionId, provider and model are on the session record and survive a restart', async () => {
  const chat = await openChat(client(), { model: 'worker' })
  const { streamId } = await chat.send('/demo say hello')
  await chat.turn(streamId)
  const before = (await chat.get()).session
  expect(before.runtimeSessionId).toBeTruthy()
  await heddle.kill('SIGKILL')
  await heddle.restart()
  const { session } = await chatOf(client(), chat.id).get()
  expect(session).toEqual(before)
})

/** The one agent process that the server has started: its child that was told to be the demo agent. */
async function agentPid(): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const read = (file: string) => readFile(`/proc/${entry}/${file}`, 'utf8').catch(() => 'gone')
    const [status, command] = await Promise.all([read('status'), read('cmdline')])
    if (status.includes(`PPid:\t${heddle.pid}\n`) && command.includes('demo-agent')) return Number(entry)
  }
  throw new Error('No agent is alive')
}
