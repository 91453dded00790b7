/**
 * The built server as a real process, on a port and a data folder of its own. What it says on standard error is kept, so
 * that a test that fails can show it. It never outlives the test process.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { program } from '../../../build.mjs'

export interface LaunchOptions {
  /** Laid over the environment of the tests, from which everything that begins with HEDDLE_ is taken out first. */
  env?: NodeJS.ProcessEnv
  /** Further options for `heddle serve`. */
  args?: string[]
  /** An existing data folder; without it a fresh one, which `stop` removes. */
  dataDir?: string
}

export interface Heddle {
  /** The origin, without a slash at its end. It stays the same over restarts, as long as nobody takes the port. */
  readonly url: string
  /** A key that this server accepts (`HEDDLE_KEY`). */
  readonly key: string
  readonly dataDir: string
  /** The login code of the last ready line. */
  readonly code: string
  readonly pid: number
  /** Everything it said on standard error since the first launch, the oldest forgotten. */
  log(): string
  /** A fresh link that logs a browser in and then shows `path`. */
  loginLink(path?: string): Promise<string>
  /** Ends the process with this signal (SIGKILL) and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same data and port; ends it first (SIGTERM) if it still runs. */
  restart(options?: Pick<LaunchOptions, 'env' | 'args'>): Promise<void>
  /** Ends it cleanly and removes the data folder it was given by `launchHeddle`. */
  stop(): Promise<void>
}

/** Longer than any start on a busy machine; a server that says nothing for so long is broken. */
const readyMs = 30_000
/** The contract gives SIGTERM ten seconds. */
const endMs = 12_000
const keptLogLines = 500

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export async function launchHeddle(options: LaunchOptions = {}): Promise<Heddle> {
  if (!existsSync(program)) throw new Error('There is no built server; run "npm run build" first')
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'heddle-')))
  const key = options.env?.HEDDLE_KEY ?? `heddle_${randomBytes(32).toString('base64url')}`
  const log: string[] = []
  let latest = options
  let run = await start({ ...options, dataDir, key, port: '0', log })

  return {
    get url() {
      return run.url
    },
    get code() {
      return run.code
    },
    get pid() {
      return run.child.pid ?? 0
    },
    key,
    dataDir,
    log: () => log.join('\n'),
    async loginLink(path = '/') {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const response = await fetch(`${run.url}/api/login-codes`, { method: 'POST', headers, body: '{}' })
      if (!response.ok) throw new Error(`No login code: ${response.status} ${await response.text()}`)
      const { code } = (await response.json()) as { code: string }
      return `${run.url}${path}#code=${code}`
    },
    async kill(signal = 'SIGKILL') {
      await end(run.child, signal)
    },
    async restart(changes = {}) {
      await end(run.child, 'SIGTERM')
      latest = { ...latest, ...changes }
      run = await start({ ...latest, dataDir, key, port: new URL(run.url).port, log })
    },
    async stop() {
      await end(run.child, 'SIGTERM')
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface StartOptions extends LaunchOptions {
  dataDir: string
  key: string
  port: string
  log: string[]
}

async function start({ env, args = [], dataDir, key, port, log }: StartOptions) {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', program, 'serve', '--port', port, '--data', dataDir, '--no-open', ...args],
    { env: { ...cleanEnvironment(), HEDDLE_KEY: key, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  running.add(child)
  child.once('exit', () => running.delete(child))
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line)
    if (log.length > keptLogLines) log.shift()
  })
  try {
    return { child, ...(await ready(child)) }
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${error instanceof Error ? error.message : error}; it said:\n${log.slice(-40).join('\n')}`)
  }
}

function ready(child: ChildProcess): Promise<{ url: string; code: string }> {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`Heddle was not ready after ${readyMs} ms`)), readyMs)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(tooLate)
      reject(new Error(`Heddle ended before it was ready (${signal ?? code})`))
    })
    if (!child.stdout) throw new Error('a child with a pipe has one')
    createInterface({ input: child.stdout }).on('line', (line) => {
      const link = /^Heddle is ready at (\S+)$/.exec(line)?.[1]
      if (!link) return
      clearTimeout(tooLate)
      const { origin, hash } = new URL(link)
      resolve({ url: origin, code: new URLSearchParams(hash.slice(1)).get('code') ?? '' })
    })
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  const tooLong = setTimeout(() => child.kill('SIGKILL'), endMs)
  await gone
  clearTimeout(tooLong)
  if (signal === 'SIGTERM' && child.signalCode === 'SIGKILL') throw new Error(`Heddle did not end within ${endMs} ms`)
}

/** The tests' own settings (and a developer's) must not reach the server under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('HEDDLE_') && name !== 'DATABASE_URL')
  return Object.fromEntries(entries)
}
