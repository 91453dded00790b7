import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { describe, expect, it, onTestFinished } from 'vitest'
import { childEnvironment, runtimeMarker } from '../../server/runtimes/environment.ts'
import { startProcess } from '../../server/runtimes/process.ts'
import { startTimeOf } from '../../server/runtimes/process-table.ts'
import { reapLeftovers } from '../../server/runtimes/reaper.ts'
import type { Transport } from '../../server/runtimes/transport.ts'
import { failureOf, isAlive, temporaryFolder, until } from './support.ts'

interface Started {
  readonly transport: Transport
  readonly runtimeId: string
  readonly pid: number
  readonly startTime: string
  output(): string
}

/** Runs a Node program as an agent. */
async function start(program: string, env: Record<string, string> = {}): Promise<Started> {
  const runtimeId = `rt_${nanoid(22)}`
  let recorded = { pid: 0, startTime: '' }
  const transport = await startProcess({
    name: 'Fixture',
    command: process.execPath,
    args: ['-e', program],
    cwd: tmpdir(),
    env: childEnvironment(process.env, runtimeId, env),
    runtimeId,
    onProcess: (process) => {
      recorded = process
    },
  })
  onTestFinished(() => transport.close())
  let output = ''
  transport.input.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return { transport, runtimeId, ...recorded, output: () => output }
}

/** Prints the pid of what it has started, and stays until its input ends. */
const parentOf = (options: string, program = 'setInterval(() => 0, 1e8)') => `
  const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(program)}], ${options})
  console.log(child.pid)
  child.unref()
  process.stdin.resume()`

describe('A process of a runtime', () => {
  it('gets an allow-listed environment, its own entries and its marker, and no secret of the server', () => {
    const server = {
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      XDG_DATA_HOME: '/d',
      HEDDLE_KEY: 'secret',
      MY_KEY: 'other',
    }
    expect(childEnvironment(server, 'rt_1', { OWN: 'yes' })).toEqual({
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      XDG_DATA_HOME: '/d',
      OWN: 'yes',
      [runtimeMarker]: 'rt_1',
    })
    expect(childEnvironment(server, 'rt_1', {}, ['MY_*'])).toMatchObject({ MY_KEY: 'other' })
  })

  it('ends when its input ends, without being killed', async () => {
    const { transport } = await start('process.stdin.resume().on("end", () => process.exit(7))')
    await transport.close()
    expect(await transport.ended).toBe('It exited with code 7.')
  })

  it('is killed after two seconds when it ignores the end of its input and SIGTERM', async () => {
    const { transport, output } = await start(
      'process.on("SIGTERM", () => 0); setInterval(() => 0, 1e8); console.log("up")',
    )
    await until(() => output() === 'up\n')
    const startedAt = performance.now()
    await transport.close()
    expect(await transport.ended).toBe('It was ended by SIGKILL.')
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('takes its child in the same group with it', async () => {
    const { transport, output } = await start(parentOf('{ stdio: "ignore" }'))
    await until(() => output() !== '')
    await transport.close()
    expect(isAlive(Number(output()))).toBe(false)
  })

  it('takes a grandchild with it that has a session of its own', async () => {
    const { transport, output } = await start(parentOf('{ stdio: "ignore", detached: true }'))
    await until(() => output() !== '')
    await transport.close()
    expect(isAlive(Number(output()))).toBe(false)
  })

  it('takes a grandchild with it that has a session of its own and no marker left', async () => {
    const { transport, output } = await start(
      `${parentOf('{ stdio: "ignore", detached: true, env: {} }')}.on('end', () => 0); setInterval(() => 0, 1e8)`,
    )
    await until(() => output() !== '')
    await transport.close()
    expect(isAlive(Number(output()))).toBe(false)
  })

  it('takes a daemon with it: two forks, a session of its own, and its parent gone', async () => {
    const folder = await temporaryFolder()
    const note = join(folder, 'pid')
    const daemon = `require('fs').writeFileSync(${JSON.stringify(note)}, String(process.pid)); process.on('SIGTERM', () => 0); setInterval(() => 0, 1e8)`
    const between = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(daemon)}], { stdio: 'ignore', detached: true }).unref()`
    const { transport, output } = await start(parentOf('{ stdio: "ignore", detached: true }', between))
    await until(() => output() !== '' && !isAlive(Number(output())))
    await until(() => existsSync(note) && readFileSync(note, 'utf8') !== '')
    const pid = Number(readFileSync(note, 'utf8'))
    expect(isAlive(pid)).toBe(true)
    await transport.close()
    expect(isAlive(pid)).toBe(false)
  })

  it('leaves its children to nobody when it ends by itself', async () => {
    const { transport, output } = await start(`${parentOf('{ stdio: "ignore", detached: true }')}; process.exit(0)`)
    await transport.ended
    await until(() => output() !== '')
    await transport.close()
    expect(isAlive(Number(output()))).toBe(false)
  })

  it('leaves the processes of other runtimes alone', async () => {
    const other = await start('process.stdin.resume()')
    const { transport } = await start('process.stdin.resume()')
    await transport.close()
    expect(isAlive(other.pid)).toBe(true)
  })

  it('keeps its last words, and no more of them than it should', async () => {
    const { transport } = await start('process.stderr.write("x".repeat(100000) + " the end"); process.stdin.resume()')
    await until(() => transport.lastWords().endsWith(' the end'))
    expect(transport.lastWords().length).toBeLessThanOrEqual(8192)
  })

  it('says what is missing: the program, the folder, or the right to run it', async () => {
    const folder = await temporaryFolder()
    const plain = join(folder, 'plain')
    await writeFile(plain, 'not a program')
    const spec = { name: 'Fixture', args: [], env: {}, runtimeId: 'rt_x', onProcess: () => undefined }
    expect(await failureOf(startProcess({ ...spec, command: '/no/such', cwd: folder }))).toMatchObject({
      kind: 'not_installed',
    })
    expect(await failureOf(startProcess({ ...spec, command: plain, cwd: folder }))).toMatchObject({
      kind: 'died',
      cause: expect.stringContaining('EACCES'),
    })
    const gone = startProcess({ ...spec, command: process.execPath, cwd: join(folder, 'gone') })
    expect(await failureOf(gone)).toMatchObject({ kind: 'refused', summary: expect.stringContaining('is not there') })
  })
})

describe('The start-up reaper', () => {
  it('ends a tree that a crash has left, the daemon included', async () => {
    const left = await start(`process.on('SIGTERM', () => 0); ${parentOf('{ stdio: "ignore", detached: true }')}`)
    await until(() => left.output() !== '')
    expect(await reapLeftovers([left])).toMatchObject({ ended: 2 })
    expect([left.pid, Number(left.output())].map(isAlive)).toEqual([false, false])
  })

  it('ends the children of a runtime whose own process has gone', async () => {
    const left = await start(`${parentOf('{ stdio: "ignore", detached: true }')}; process.exit(0)`)
    await left.transport.ended
    await until(() => left.output() !== '')
    expect(await reapLeftovers([left])).toMatchObject({ ended: 1 })
    expect(isAlive(Number(left.output()))).toBe(false)
  })

  it('never touches another process that has got the recorded pid', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e8)'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void stranger.kill('SIGKILL'))
    await once(stranger, 'spawn')
    const pid = stranger.pid as number
    const startTime = await startTimeOf(pid)
    expect(await reapLeftovers([{ runtimeId: 'rt_gone', pid, startTime: `${startTime}1` }])).toMatchObject({ ended: 0 })
    expect(await reapLeftovers([{ runtimeId: 'rt_gone', pid, startTime: '' }])).toMatchObject({ ended: 0 })
    expect(isAlive(pid)).toBe(true)
  })
})
