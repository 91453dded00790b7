/**
 * An agent as a process: a group of its own, an allow-listed environment, its last words kept, its whole tree ended.
 *
 * Ending: end of input → SIGTERM to the tree → SIGKILL after two seconds, until no process is left of it.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { runtimeError, wordsOf } from './failure.ts'
import { endOfInputGraceMs, lastWordsBytes } from './limits.ts'
import { startTimeOf } from './process-table.ts'
import type { Transport } from './transport.ts'
import { endTree } from './tree.ts'

export interface ProcessSpec {
  /** For people: `opencode`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Whole; made by `childEnvironment`. */
  readonly env: Readonly<Record<string, string>>
  readonly runtimeId: string
  readonly onProcess: (process: { pid: number; startTime: string }) => void
}

/** Rejects with `RuntimeError` if it cannot be started. Nothing has been said to it when this resolves. */
export async function startProcess(spec: ProcessSpec): Promise<Transport> {
  await mustBeFolder(spec)
  const child = spawn(spec.command, [...spec.args], { cwd: spec.cwd, env: { ...spec.env }, detached: true })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(exitWords(code, signal)))
  })
  // A dead agent's pipe reports EPIPE here; that it is dead is told by `ended`, and a write's own callback rejects.
  child.stdin.on('error', () => child.stdin.destroy())
  const lastWords = keepLastWords(child)
  const pid = await started(child, spec)
  spec.onProcess({ pid, startTime: (await startTimeOf(pid)) ?? '' })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= end(child, pid, spec.runtimeId, ended)
    return closing
  }
  return { input: child.stdout, output: child.stdin, ended, lastWords, close }
}

async function end(child: ChildProcessWithoutNullStreams, pid: number, runtimeId: string, ended: Promise<string>) {
  child.stdin.end()
  await Promise.race([ended, delay(endOfInputGraceMs, undefined, { ref: false })])
  await endTree({ runtimeId, pid })
  // A grandchild that got away would hold the pipes open; nothing is read from them any more.
  child.stdout.destroy()
  child.stderr.destroy()
  await ended
}

/** `spawn` reports a missing folder as a missing program: told apart here. */
async function mustBeFolder({ cwd, name }: ProcessSpec): Promise<void> {
  if (await isFolder(cwd)) return
  throw runtimeError('refused', `${name} cannot start: its folder ${cwd} is not there.`, { actions: ['open_settings'] })
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

function started(child: ChildProcessWithoutNullStreams, { name, command }: ProcessSpec): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number))
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        reject(runtimeError('not_installed', `${name} is not installed: ${command} was not found.`))
      } else {
        reject(runtimeError('died', `${name} could not be started.`, { cause: wordsOf(error) }))
      }
    })
  })
}

function exitWords(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `It was ended by ${signal}.` : `It exited with code ${code}.`
}

/** The newest of stderr, in bounded memory. */
function keepLastWords(child: ChildProcessWithoutNullStreams): () => string {
  let kept = Buffer.alloc(0)
  child.stderr.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk.subarray(-lastWordsBytes)]).subarray(-lastWordsBytes)
  })
  return () => kept.toString('utf8').replace(/^�+/, '').trim()
}
