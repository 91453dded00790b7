/** The real terminal. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import type { Io } from './io.ts'

export function terminalIo(): Io {
  const leaving = new AbortController()
  return {
    out: (words) => void process.stdout.write(words),
    err: (words) => void process.stderr.write(words),
    environment: process.env,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await lines.question(question)
      } finally {
        lines.close()
      }
    },
    input: () => text(process.stdin),
    openBrowser,
    get signal() {
      // Only who asks for it takes Ctrl+C over: the server has its own way to end.
      if (process.listenerCount('SIGINT') === 0) process.once('SIGINT', () => leaving.abort())
      return leaving.signal
    },
  }
}

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** As good as it gets: the address was printed, so that a machine without a browser misses nothing. */
export function openBrowser(url: string) {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => process.stderr.write('No browser could be opened; open the address above.\n'))
  child.unref()
}
