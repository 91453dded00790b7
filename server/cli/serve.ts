/** `heddle serve`: what it is told, what it prints, how it ends. Making the server is main's. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Config, ConfigError, readConfig, type ServeOptions, serveOptions } from '../config.ts'
import { shutdownMs } from '../limits.ts'
import { type Holder, holderOf } from '../store/lock.ts'
import type { Call, CommandLine } from './command.ts'
import { CliError, exitCodes } from './io.ts'

export interface Running {
  /** With a fresh login code. */
  readonly loginUrl: string
  close(): Promise<void>
}
/** `address`: another one runs on the same data. */
export type Start = (config: Config) => Promise<Running | Holder>

/** A start takes a second or two; after so long it hangs, and saying so is better than to wait. */
const startingMs = 10_000
const lookAgainMs = 100
/** Ctrl+C reaches a server under npm twice, from the terminal and from npm: one wish, not two. A person takes longer. */
const sameWishMs = 500

export const serveCommand = (start: Start): CommandLine => ({
  name: 'serve',
  usage: '',
  summary: 'Starts the server and prints where it is. Ctrl+C ends it.',
  options: serveOptions,
  optionHelp: {
    '--host HOST': 'where to listen (127.0.0.1)',
    '--port PORT': 'the port (4870); 0 picks one',
    '--public-url URL': 'the address that browsers use, where it is another',
    '--behind-proxy': 'a proxy in front of it encrypts',
    '--tls-cert FILE': 'a certificate, to listen on other addresses',
    '--tls-key FILE': 'its key',
    '--max-streams N': 'open streams in all (200)',
    '--max-streams-per-key N': 'open streams of one key (20)',
    '--no-open': 'do not open a browser',
  },
  async run(call) {
    const config = configOf(call)
    const started = await start(config).catch((error) => {
      throw error instanceof ConfigError ? new CliError(error.message, exitCodes.usage) : error
    })
    if (!('close' in started)) return saysSo(call, await whenListening(config.data, started))
    call.io.out(`Heddle is ready at ${started.loginUrl}\n`)
    if (config.open ?? call.io.isInteractive) call.io.openBrowser(started.loginUrl)
    return untilSignal(started)
  },
})

function configOf({ values, io }: Call): Config {
  try {
    return readConfig(values as ServeOptions, io.environment)
  } catch (error) {
    throw error instanceof ConfigError ? new CliError(error.message, exitCodes.usage) : error
  }
}

/** One that has only just been started says its address in a moment. */
async function whenListening(folder: string, holder: Holder): Promise<Holder> {
  const until = Date.now() + startingMs
  let latest = holder
  while (latest.address === null && Date.now() < until) {
    await wait(lookAgainMs)
    latest = await holderOf(folder)
  }
  return latest
}

/** A second start on the same data is no error: what was wanted is there. */
function saysSo({ io }: Call, { address, pid }: Holder): number {
  const who = pid === null ? '' : ` (process ${pid})`
  if (address === null) io.out(`Heddle is starting on this data folder already${who}.\n`)
  else io.out(`Heddle is already running at ${address}${who}. \`heddle open\` opens it.\n`)
  return 0
}

/** The first signal ends it cleanly, within ten seconds; the second at once. */
function untilSignal(running: Running): Promise<number> {
  return new Promise((resolve, reject) => {
    let askedAt: number | null = null
    const end = () => {
      if (askedAt !== null) {
        if (performance.now() - askedAt < sameWishMs) return
        process.exit(exitCodes.failed)
      }
      askedAt = performance.now()
      setTimeout(() => process.exit(exitCodes.failed), shutdownMs).unref()
      running.close().then(() => resolve(0), reject)
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)
  })
}
