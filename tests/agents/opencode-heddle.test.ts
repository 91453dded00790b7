import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Permission, Session } from '../../shared/model.ts'
import { launchWithOpencode, type OpencodeHeddle } from '../fixtures/model-service/heddle.ts'
import { findAgent } from '../support/agents.ts'
import { type Chat, chatOf, endOf, openChat, textOf, textOfEvents } from '../support/chat.ts'
import { createClient } from '../support/client.ts'

const program = findAgent('opencode')
if (!program)
  process.stderr.write('\nLEFT OUT: opencode is not installed, so Heddle was not shown on a real agent.\n\n')

const words = (n: number) => Array.from({ length: n }, (_, index) => `w${index + 1} `).join('')

describe.runIf(program)('opencode, a real agent, in a running Heddle', () => {
  let all: OpencodeHeddle

  beforeAll(async () => {
    all = await launchWithOpencode(program ?? '')
  })
  afterAll(() => all.close())

  const client = () => createClient(all.heddle.url, all.heddle.key)
  const open = (fields: Partial<Session> = {}) => openChat(client(), { provider: 'opencode', ...fields })
  const again = (chat: Chat) => chatOf(client(), chat.id)
  const say = async (chat: Chat, text: string) => chat.turn((await chat.send(text)).streamId)
  const asked = async (chat: Chat, streamId: string): Promise<Permission> => {
    const last = (await chat.until((event) => event.type === 'permission_requested' && event.streamId === streamId)).at(
      -1,
    )
    if (last?.type !== 'permission_requested') throw new Error('The turn ended without asking')
    return last.permission
  }
  const requestsWith = (text: string) => all.service.requests.filter(({ allText }) => allText.includes(text))

  it('is ready from a line of the configuration file, and its answer comes in a stream', async () => {
    expect(await client().ok('GET', '/api/providers')).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: 'opencode', state: 'ready' })]),
    })
    const chat = await open()
    const { streamId } = await chat.send('SLOW 80')
    await chat.until((_, events) => textOfEvents(events).includes('w1 '))
    expect(all.service.turns().at(-1), 'its first words are here before it has said the last').toMatchObject({
      lastUserText: 'SLOW 80',
      done: false,
    })
    const events = await chat.turn(streamId)
    expect(textOfEvents(events)).toBe(words(80))
    expect(endOf(events)).toMatchObject({ stopReason: 'end_turn' })
    expect(textOf((await chat.get()).messages)).toBe(words(80))
  })

  it('runs what a person allows, once it is allowed; what is rejected is never run', async () => {
    const chat = await open()
    const made = (name: string) => join(all.folder, name)
    const { streamId } = await chat.send(`RUN echo yes > ${made('allowed')}; echo out`)
    const permission = await asked(chat, streamId)
    expect(permission).toMatchObject({ subject: { command: `echo yes > ${made('allowed')}; echo out` } })
    expect((await chat.get()).session).toMatchObject({ state: 'needs_approval', pending: [{ id: permission.id }] })
    expect(existsSync(made('allowed'))).toBe(false)
    expect((await chat.decide(permission, 'allow_once')).status).toBe(200)
    const events = await chat.turn(streamId)
    expect(events.map(({ type }) => type)).toContain('permission_delivered')
    expect(textOfEvents(events)).toContain('tool said: out')
    expect(await readFile(made('allowed'), 'utf8')).toBe('yes\n')

    const second = await chat.send(`RUN echo no > ${made('rejected')}`)
    expect((await chat.decide(await asked(chat, second.streamId), 'reject_once')).status).toBe(200)
    expect(endOf(await chat.turn(second.streamId))).toBeDefined()
    expect(existsSync(made('rejected'))).toBe(false)
    expect(textOfEvents(await say(chat, 'go on'))).toBe('echo: go on')
  })

  it('stops in mid-run: the model’s request is hung up, nothing more is said, the next turn is taken', async () => {
    const chat = await open()
    const { streamId } = await chat.send('SLOW 2000')
    await chat.until((_, events) => textOfEvents(events).includes('w5 '))
    expect((await chat.cancel(streamId)).status).toBe(202)
    const events = await chat.turn(streamId)
    expect(endOf(events)).toMatchObject({ stopReason: 'cancelled' })
    await vi.waitFor(() => expect(requestsWith('SLOW 2000').every(({ cut, done }) => cut || done)).toBe(true), 10_000)
    expect(textOfEvents(await say(chat, 'after it'))).toBe('echo: after it')
    expect((await chat.get()).session.state).toBe('idle')
    expect(await chat.turn(streamId)).toEqual(events)
  })

  it('keeps two chats apart that run at once: each model is the one chosen, and hears its own chat alone', async () => {
    const [one, other] = await Promise.all([open({ model: 'standin/small' }), open({ model: 'standin/large' })])
    for (const round of ['first', 'second']) {
      await Promise.all([say(one, `the lilac thread, ${round}`), say(other, `the amber thread, ${round}`)])
    }
    const [lilac, amber] = [requestsWith('lilac'), requestsWith('amber')]
    expect(lilac.filter(({ allText }) => allText.includes('amber'))).toEqual([])
    const turnsOf = (requests: typeof lilac) => requests.filter(({ tools }) => tools.length > 0)
    expect(turnsOf(lilac).map(({ model }) => model)).toEqual(['small', 'small'])
    expect(turnsOf(amber).map(({ model }) => model)).toEqual(['large', 'large'])
    expect(turnsOf(lilac).at(-1)?.allText).toContain('the lilac thread, first')
    expect(turnsOf(amber).at(-1)?.allText).toContain('the amber thread, first')
  })

  it('runtime session, provider and model are on the record, and the same after a restart', async () => {
    const chats = await Promise.all([open({ model: 'standin/small' }), open({ model: 'standin/large' })])
    await Promise.all(chats.map((chat) => say(chat, 'hello')))
    const turns = await Promise.all(chats.map((chat) => say(chat, 'hello again')))
    const before = await Promise.all(chats.map(async (chat) => (await chat.get()).session))
    expect(before).toMatchObject([
      { provider: 'opencode', model: 'standin/small', runtimeSessionId: expect.stringMatching(/./) },
      { provider: 'opencode', model: 'standin/large', runtimeSessionId: expect.stringMatching(/./) },
    ])
    expect(new Set(before.map(({ runtimeSessionId }) => runtimeSessionId)).size).toBe(2)
    for (const [index, { provider, model, runtimeSessionId }] of before.entries()) {
      const started = turns[index]?.find(({ type }) => type === 'turn_started')
      expect(started).toMatchObject({ provider, model, runtimeSessionId })
    }
    await all.heddle.restart()
    expect(await Promise.all(chats.map(async (chat) => (await again(chat).get()).session))).toEqual(before)
  })

  it('after kill -9 in mid-run the next send takes the same runtime session up, and earlier turns reach the model', async () => {
    const chat = await open({ model: 'standin/large' })
    await say(chat, 'remember the teal thread')
    const { runtimeSessionId } = (await chat.get()).session
    await chat.send('SLOW 2000')
    await chat.until((_, events) => textOfEvents(events).includes('w5 '))
    await all.heddle.kill('SIGKILL')
    await all.heddle.restart()
    const back = again(chat)
    const { session, messages } = await back.get()
    expect(session.state).toBe('interrupted')
    expect(textOf(messages)).toContain('echo: remember the teal threadw1 w2 w3 w4 w5 ')
    const events = await say(back, 'and now?')
    expect(textOfEvents(events)).toBe('echo: and now?')
    expect((await back.get()).session).toMatchObject({ state: 'idle', runtimeSessionId, model: 'standin/large' })
    expect(all.service.turns().at(-1)).toMatchObject({
      model: 'large',
      lastUserText: 'and now?',
      allText: expect.stringContaining('remember the teal thread'),
    })
  })

  it('leaves no process behind: not after kill -9, once it is started again, nor after a clean end', async () => {
    const chat = await open()
    const { streamId } = await chat.send('RUN setsid sleep 1000; echo over')
    await chat.decide(await asked(chat, streamId), 'allow_once')
    await vi.waitFor(async () => expect(await commandsIn(all.home)).toContain('sleep 1000'), 20_000)
    await all.heddle.kill('SIGKILL')
    expect(await commandsIn(all.home), 'what the crash left running').toContain('sleep 1000')
    await all.heddle.restart()
    await vi.waitFor(async () => expect(await commandsIn(all.home)).toEqual([]), 20_000)

    await say(again(chat), 'hello again')
    expect(await commandsIn(all.home)).not.toEqual([])
    await all.heddle.kill('SIGTERM')
    expect(await commandsIn(all.home)).toEqual([])
    await all.heddle.restart()
  })
})

/** The command lines of all that live with this home, however far they have moved from their parent. */
async function commandsIn(home: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '') // It has ended.
  const found = await Promise.all(
    pids.map(async (pid) =>
      `\0${await read(pid, 'environ')}`.includes(`\0HOME=${home}\0`) ? read(pid, 'cmdline') : '',
    ),
  )
  return found.filter(Boolean).map((line) => line.replaceAll('\0', ' ').trim())
}
