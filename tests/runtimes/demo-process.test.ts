import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Runtimes } from '../../server/runtimes/runtime.ts'
import { begin, failureOf, isAlive, openChat, say, someRuntimes, until } from './support.ts'

/** Beside the packages, which it imports. */
const program = fileURLToPath(new URL('../../.cache/tests/demo-agent.mjs', import.meta.url))
let runtimes: Runtimes

beforeAll(async () => {
  const contents = `
    import { runDemoAgent } from './server/runtimes/demo/run.ts'
    await runDemoAgent(process.stdin, process.stdout)
    process.exit(0)`
  const stdin = { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) }
  await build({ stdin, outfile: program, bundle: true, format: 'esm', platform: 'node', packages: 'external' })
  runtimes = await someRuntimes({ demoCommand: [process.execPath, program] })
}, 30_000)

const open = () => openChat(runtimes, { provider: 'demo-process' })

describe('The demo agent as a process of its own', () => {
  it('is the same agent', async () => {
    const { session, processes } = await open()
    expect(processes).toHaveLength(1)
    expect(processes[0]?.startTime).toMatch(/^[0-9a-f-]+:\d+$/)
    const sink = await say(session, '/demo count 3 @0; whoami')
    expect(sink.text).toContain(`1 2 3 \n\nprovider=demo-process model=guide runtime=${session.runtimeSessionId}`)
    await session.close()
    expect(isAlive(processes[0]?.pid ?? 0)).toBe(false)
  })

  it('dies in mid-turn, and says its last words', async () => {
    const { session } = await open()
    expect(await failureOf(begin(session, '/demo say so far; crash').result)).toMatchObject({
      kind: 'died',
      summary: 'Demo process ended by itself. It was ended by SIGKILL.',
      cause: 'demo agent: crashing as asked',
    })
    expect(await session.closed).toMatchObject({ how: 'died' })
  })

  it('leaves nothing running when it dies', async () => {
    const { session } = await open()
    const sink = await say(session, '/demo spawn')
    const pid = Number(sink.text.replace('pid ', ''))
    expect(isAlive(pid)).toBe(true)
    await failureOf(begin(session, '/demo crash').result)
    await session.closed
    expect(isAlive(pid)).toBe(false)
  })

  it('is ended within five seconds when it hangs and ignores everything, with all its children', async () => {
    const { session, processes } = await open()
    const turn = begin(session, '/demo spawn; hang')
    await until(() => /pid \d+/.test(turn.sink.text))
    turn.stop()
    const startedAt = performance.now()
    await session.close()
    expect(performance.now() - startedAt).toBeLessThan(5000)
    const pids = [processes[0]?.pid ?? 0, Number(turn.sink.text.replace('pid ', ''))]
    expect(pids.map(isAlive)).toEqual([false, false])
    expect((await turn.result).stopReason).toBe('cancelled')
  }, 10_000)

  it('is ended when it floods or speaks nonsense', async () => {
    const [flooding, raving] = await Promise.all([open(), open()])
    expect(await failureOf(begin(flooding.session, '/demo flood 20000').result)).toMatchObject({ kind: 'flood' })
    expect(await failureOf(begin(raving.session, '/demo garbage 5000').result)).toMatchObject({ kind: 'protocol' })
    await Promise.all([flooding.session.closed, raving.session.closed])
    for (const { processes } of [flooding, raving]) expect(isAlive(processes[0]?.pid ?? 0)).toBe(false)
  })
})
