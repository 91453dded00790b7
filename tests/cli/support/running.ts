/** The real server in this process, on a port and a data folder of its own, and the command line against it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { runCommandLine } from '../../../server/cli/cli.ts'
import type { Io } from '../../../server/cli/io.ts'
import { type Start, serveCommand } from '../../../server/cli/serve.ts'
import { readConfig, type ServeOptions } from '../../../server/config.ts'
import { type RunningHeddle, startHeddle } from '../../../server/main.ts'
import { type Client, createClient } from '../../support/client.ts'

export interface Running {
  readonly heddle: RunningHeddle
  readonly data: string
  /** With `HEDDLE_KEY`. */
  readonly client: Client
  /** What was logged, one JSON object per line. */
  readonly logged: string[]
  /** Runs a command against it; data and words as they were printed. */
  heddleCli(args: string[], options?: CliOptions): Promise<{ code: number; out: string; err: string }>
  /** Ends it and starts it again on the same data, on another port. */
  restart(): Promise<void>
}

export interface CliOptions {
  readonly isInteractive?: boolean
  /** What the person types when asked. */
  readonly answer?: string
  readonly input?: string
  readonly signal?: AbortSignal
  /** Called with each piece of standard output as it comes. */
  readonly onOut?: (text: string) => void
  readonly opened?: string[]
}

export const testKey = 'heddle_a-key-for-tests'

export async function runningHeddle(options: ServeOptions = {}): Promise<Running> {
  const data = await mkdtemp(join(tmpdir(), 'heddle-test-'))
  const logged: string[] = []
  const start = async () => {
    const config = readConfig({ port: '0', data, ...options }, { HEDDLE_KEY: testKey })
    const started = await startHeddle(config, pino({}, { write: (line: string) => void logged.push(line) }))
    if (!('close' in started)) throw new Error('The data folder is taken')
    return started
  }
  let heddle = await start()
  onTestFinished(async () => {
    await heddle.close()
    await rm(data, { recursive: true, force: true })
  })
  return {
    get heddle() {
      return heddle
    },
    get client() {
      return createClient(heddle.url, testKey)
    },
    data,
    logged,
    heddleCli: (args, given) => commandLine([...args, '--data', data], given),
    async restart() {
      await heddle.close()
      heddle = await start()
    },
  }
}

export async function commandLine(args: string[], options: CliOptions = {}, start?: Start) {
  let [out, err] = ['', '']
  const io: Io = {
    out(text) {
      out += text
      options.onOut?.(text)
    },
    err(text) {
      err += text
    },
    environment: {},
    isInteractive: options.isInteractive ?? false,
    ask: async () => options.answer ?? '',
    input: async () => options.input ?? '',
    openBrowser: (url) => void options.opened?.push(url),
    signal: options.signal ?? new AbortController().signal,
  }
  const serve = serveCommand(start ?? (() => Promise.reject(new Error('not here'))))
  const code = await runCommandLine(args, io, serve, '0.0.0+test')
  return { code, out, err }
}
