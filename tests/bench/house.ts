/** What the programs of the benches share: readers in another process, and what the loop and the processor did. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LogEntry } from '../../server/log/log.ts'
import type { Ask, Told } from './readers-program.ts'
import type { Row } from './run-program.ts'

export interface Readers {
  ask(ask: Ask): Promise<Told>
  end(): void
}

export function startReaders(): Readers {
  const child: ChildProcess = fork(fileURLToPath(new URL('./readers.js', import.meta.url)))
  return {
    async ask(ask) {
      const told = once(child, 'message')
      child.send(ask)
      return (await told)[0] as Told
    },
    end: () => void child.kill(),
  }
}

export async function listen(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** Waits until the readers have as many bytes as that. */
export async function until(readers: Readers, bytes: number): Promise<void> {
  while ((await readers.ask({ kind: 'count' })).bytes < bytes) await pause(10)
}

export interface Measured {
  /** Processor time of this process, in all and without the kernel. */
  readonly cpuMs: number
  readonly userMs: number
  readonly wallMs: number
  /** The longest that its loop stood still. */
  readonly longestMs: number
}

export async function measured(work: () => Promise<void>): Promise<Measured> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  let last = begun
  let longestMs = 0
  let isRunning = true
  const watch = () => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
    if (isRunning) setTimeout(watch, 1)
  }
  watch()
  await work()
  isRunning = false
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, userMs: user / 1000, wallMs: performance.now() - begun, longestMs }
}

export async function memory(): Promise<number> {
  for (let time = 0; time < 3; time++) {
    globalThis.gc?.()
    await pause(50)
  }
  return process.memoryUsage().rss
}

export function entry(sessionId: string, seq: number, text: string): LogEntry {
  const streamId = 'run_0123456789012345678901'
  const prev = seq - 1
  const type = 'agent_message_chunk'
  const at = new Date().toISOString()
  const event = { sessionId, streamId, seq, prev, at, type, messageId: 'msg_0123456789012345678901', text }
  return { sessionId, streamId, seq, prev, type, data: JSON.stringify(event) }
}

export function say(what: string, measured: string, budget?: string): void {
  process.stdout.write(`${JSON.stringify({ what, measured, budget } satisfies Row)}\n`)
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}
