import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failureWords } from '../../server/runtimes/failure.ts'
import { createGate } from '../../server/runtimes/gate.ts'
import type { RuntimesSetup } from '../../server/runtimes/runtimes.ts'
import { transcriptOf } from '../../server/sessions/transcript.ts'
import { initialState } from '../../shared/state.ts'
import { failureOf, openChat, say, someRuntimes, temporaryFolder } from './support.ts'

async function program(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
  return path
}

function memory(): RuntimesSetup['memory'] {
  const kept = new Map<string, string>()
  return { get: async (key) => kept.get(key) ?? null, put: async (key, value) => void kept.set(key, value) }
}

describe('The providers', () => {
  it('begin with the demo, ready at once with its three models', async () => {
    const [demo] = (await someRuntimes()).providers()
    expect(demo).toMatchObject({ id: 'demo', state: 'ready', defaultModel: 'guide' })
    expect(demo?.models.map(({ id }) => id)).toEqual(['guide', 'worker', 'interviewer'])
  })

  it('name the agents that Heddle knows, and how to install those that are not there', async () => {
    const runtimes = await someRuntimes({ env: { PATH: '', HOME: '/nowhere' } })
    const ids = runtimes.providers().map(({ id }) => id)
    expect(ids).toEqual(['demo', 'claude', 'codex', 'gemini', 'opencode', 'demo-process'])
    expect(runtimes.provider('gemini')).toMatchObject({
      state: 'not_installed',
      install: 'npm install -g @google/gemini-cli',
    })
    expect(await failureOf(openChat(runtimes, { provider: 'gemini' }))).toMatchObject({
      kind: 'not_installed',
      summary: 'Gemini is not installed.',
      cause: 'Not installed: npm install -g @google/gemini-cli',
    })
  })

  it('are found on the path and where version managers put them, without a shell', async () => {
    const home = await temporaryFolder()
    const onPath = await program(join(home, 'bin'), 'opencode', '')
    const older = join(home, '.nvm/versions/node/v9.0.0/bin')
    const newer = join(home, '.nvm/versions/node/v20.0.0/bin')
    await program(older, 'gemini', '')
    const inNvm = await program(newer, 'gemini', '')
    const runtimes = await someRuntimes({ env: { PATH: join(home, 'bin'), HOME: home } })
    expect(runtimes.provider('opencode')).toMatchObject({ state: 'ready', detail: onPath })
    expect(runtimes.provider('gemini')).toMatchObject({ state: 'ready', detail: inNvm })
  })

  it('become ready when they are installed while Heddle runs, and tell so', async () => {
    const home = await temporaryFolder()
    const runtimes = await someRuntimes({ env: { PATH: join(home, 'bin'), HOME: home } })
    let changes = 0
    runtimes.onChange(() => changes++, new AbortController().signal)
    await program(join(home, 'bin'), 'codex-acp', '')
    await runtimes.refresh('codex')
    expect([runtimes.provider('codex')?.state, changes]).toEqual(['ready', 1])
  })

  it('come from the configuration too, which wins over what Heddle knows', async () => {
    const configured = [
      { id: 'mine', name: 'Mine', kind: 'agent', command: '/bin/cat' },
      { id: 'opencode', name: 'My opencode', kind: 'agent', command: '/no/such/opencode', args: ['acp'] },
      { id: 'bad', kind: 'agent', args: [] },
      { id: 'local', kind: 'model', api: 'openai' },
      { id: 'jailed', kind: 'agent', command: '/bin/cat', sandbox: true },
    ]
    const runtimes = await someRuntimes({ configured })
    expect(runtimes.provider('mine')).toMatchObject({ name: 'Mine', state: 'ready', detail: '/bin/cat' })
    expect(runtimes.provider('opencode')).toMatchObject({ name: 'My opencode', state: 'not_installed' })
    expect(runtimes.provider('bad')).toMatchObject({ state: 'error', detail: expect.stringContaining('`command`') })
    expect(runtimes.provider('local')).toMatchObject({ state: 'error', detail: 'Model services are not built yet.' })
    expect(runtimes.provider('jailed')).toMatchObject({ state: 'error', detail: expect.stringContaining('sandbox') })
    expect(await failureOf(openChat(runtimes, { provider: 'bad' }))).toMatchObject({ kind: 'refused' })
    expect(await failureOf(openChat(runtimes, { provider: 'none' }))).toMatchObject({
      summary: 'There is no provider none.',
    })
  })

  it('say what is wrong with a program that is no agent', async () => {
    const folder = await temporaryFolder()
    const entry = (id: string, command: string, args: string[]) => ({ id, name: id, kind: 'agent', command, args })
    const raves = await program(folder, 'raves', 'while :; do echo nonsense; done')
    const dies = await program(folder, 'dies', 'echo "no configuration" >&2; exit 3')
    const runtimes = await someRuntimes({ configured: [entry('raves', raves, []), entry('dies', dies, [])] })
    expect(await failureOf(openChat(runtimes, { provider: 'raves' }))).toMatchObject({ kind: 'protocol' })
    expect(runtimes.provider('raves')).toMatchObject({ state: 'error' })
    const died = await failureOf(openChat(runtimes, { provider: 'dies' }))
    expect(died).toMatchObject({
      kind: 'died',
      summary: 'dies ended by itself. It exited with code 3.',
      cause: 'no configuration',
    })
    expect(failureWords(died)).toBe('dies ended by itself. It exited with code 3. no configuration')
  })

  it('are looked at by one throw-away session, however many ask at once, and nothing of it is left to be reaped', async () => {
    const folder = await temporaryFolder()
    const agent = await program(folder, 'agent', 'exit 1')
    const processes = new Set<string>()
    let started = 0
    const runtimes = await someRuntimes({
      configured: [{ id: 'mine', kind: 'agent', command: agent }],
      onProbeProcess(runtimeId) {
        started++
        processes.add(runtimeId)
      },
      onProbeEnded: (runtimeId) => void processes.delete(runtimeId),
    })
    const probe = () => failureOf(runtimes.probe('mine', new AbortController().signal))
    const failures = await Promise.all([probe(), probe(), probe()])
    expect(failures.map(({ kind }) => kind)).toEqual(['died', 'died', 'died'])
    expect([started, [...processes]]).toEqual([1, []])
    await probe()
    expect([started, [...processes]]).toEqual([2, []])
  })

  it('are looked into by opening a session, and what was learnt outlives the server', async () => {
    const kept = memory()
    const runtimes = await someRuntimes({ memory: kept })
    const provider = await runtimes.probe('demo', new AbortController().signal)
    expect(provider.options?.map(({ id }) => id)).toEqual(['pace'])
    expect((await someRuntimes({ memory: kept })).provider('demo')).toEqual(provider)
  })

  it('keep their defaults, whatever a chat has chosen', async () => {
    const runtimes = await someRuntimes()
    await openChat(runtimes, { model: 'worker', options: { pace: 'fast' } })
    expect(runtimes.provider('demo')).toMatchObject({ defaultModel: 'guide', options: [{ currentValue: 'natural' }] })
  })

  it('start at most two at once; a stopped one gives up its place in the row', async () => {
    const gate = createGate(2)
    const signal = new AbortController().signal
    let running = 0
    let most = 0
    const ends: (() => void)[] = []
    const work = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => ends.push(resolve))
      running--
    }
    const passes = [gate.pass(signal, work), gate.pass(signal, work)]
    const stop = new AbortController()
    const stopped = gate.pass(stop.signal, work)
    passes.push(gate.pass(signal, work))
    stop.abort(new Error('stopped'))
    await expect(stopped).rejects.toThrow('stopped')
    while (ends.length > 0) {
      ends.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(passes)
    expect([most, running]).toEqual([2, 0])
  })
})

describe('A chat whose runtime session is gone', () => {
  it('has its earlier turns told to the new one: the demo recalls them', async () => {
    const at = '2026-01-01T00:00:00.000Z'
    const message = (line: number, role: 'user' | 'assistant', text: string) => ({
      ...{ id: `msg_${line}`, sessionId: 's', streamId: 'r', seq: line, line, role, author: null, createdAt: at },
      parts: [{ type: 'text' as const, text }],
    })
    const messages = [message(1, 'user', 'Use blue.'), message(2, 'assistant', 'I do.'), message(3, 'user', 'And red.')]
    const transcript = transcriptOf({ ...initialState, messages })
    const { session } = await openChat(await someRuntimes(), { resumeToken: null, transcript: () => transcript })
    expect(session.origin).toBe('told')
    expect((await say(session, '/demo recall')).text).toBe('Use blue.\nAnd red.\n/demo recall')
  })
})
