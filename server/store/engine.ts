/** The main loop's end of the store's thread: requests in, promises out, in order. */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ProblemError } from '../../shared/problems.ts'
import { SqliteFailure } from './sqlite.ts'
import type { Answers, Reply, Request, Work } from './thread.ts'

export interface Engine {
  /** Rejects with `disk_full` or `read_only` where the disk is the reason, else with a `SqliteFailure`. */
  perform<K extends Work['kind']>(work: Extract<Work, { kind: K }>): Promise<Answers[K]>
  /** After what was asked before. */
  close(): Promise<void>
}

interface Waiting {
  resolve(answer: Answers[Work['kind']]): void
  reject(error: Error): void
}

export async function startEngine(file: string): Promise<Engine> {
  const worker = await startThread({ file })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let over: Error | null = null

  const end = (reason: Error) => {
    over ??= reason
    for (const { reject } of waiting.values()) reject(over)
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('answer' in reply) asked?.resolve(reply.answer)
    else asked?.reject(problemOf(reply.failure.message, reply.failure.resultCode))
  })
  worker.on('error', (error) => end(new Error('The store has failed. Restart Heddle.', { cause: error })))
  worker.on('exit', () => end(new Error('The store is closed.')))

  const perform = <K extends Work['kind']>(work: Extract<Work, { kind: K }>) =>
    new Promise<Answers[K]>((resolve, reject) => {
      if (over) return reject(over)
      const request: Request = { id: ++lastId, work }
      waiting.set(request.id, { resolve: resolve as Waiting['resolve'], reject })
      worker.postMessage(request)
    })
  return {
    perform,
    async close() {
      if (over) return
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      const closed = perform({ kind: 'close' })
      over = new Error('The store is closed.')
      await closed
      await exited
    },
  }
}

/** In a build the thread is a file beside this one. */
async function startThread(workerData: { file: string }): Promise<Worker> {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./store-thread.js', import.meta.url), { workerData })
  threadSource ??= bundleThread()
  return new Worker(await threadSource, { eval: true, workerData })
}

let threadSource: Promise<string> | null = null

/** Run from sources, as tests do, Node 20 cannot read it as it is: it is bundled first, into memory. */
async function bundleThread(): Promise<string> {
  const { buildSync } = await import('esbuild')
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./thread.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  })
  return outputFiles[0]?.text ?? ''
}

/** SQLite's result codes that a person can do something about: 13 FULL, 10 IOERR, 8 READONLY. */
function problemOf(message: string, resultCode: number | null): Error {
  if (resultCode === null) return new Error(message)
  const cause = new SqliteFailure(message, resultCode)
  if (resultCode === 13) return problem('disk_full', 'The disk with the data folder is full. Free some space.', cause)
  if (resultCode === 10 || resultCode === 8)
    return problem('read_only', 'The data folder cannot be written. Look at its disk and its permissions.', cause)
  return cause
}

function problem(code: 'disk_full' | 'read_only', detail: string, cause: Error): Error {
  return Object.assign(new ProblemError(code, detail), { cause })
}
