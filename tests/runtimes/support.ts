/** A session on a runtime, and a sink that keeps what it is told. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { expect, onTestFinished, vi } from 'vitest'
import type {
  OpenRequest,
  PermissionDecision,
  PermissionRequest,
  QuestionRequest,
  RuntimeSession,
  Runtimes,
  RuntimeUpdate,
  TurnResult,
  TurnSink,
} from '../../server/runtimes/runtime.ts'
import { RuntimeError, type RuntimeFailure } from '../../server/runtimes/runtime.ts'
import { createRuntimes, type RuntimesSetup } from '../../server/runtimes/runtimes.ts'
import type { Answer } from '../../shared/model.ts'

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-runtimes-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

export async function someRuntimes(setup: Partial<RuntimesSetup> = {}): Promise<Runtimes> {
  const remembered = new Map<string, string>()
  return createRuntimes({
    configured: [],
    env: process.env,
    version: '0.0.0',
    demoCommand: ['/no/such/program'],
    memory: {
      get: async (key) => remembered.get(key) ?? null,
      put: async (key, value) => void remembered.set(key, value),
    },
    probeFolder: tmpdir(),
    onProblem: (error) => {
      throw error
    },
    ...setup,
  })
}

export interface OpenedChat {
  readonly session: RuntimeSession
  readonly states: Parameters<OpenRequest['onState']>[0][]
  readonly processes: { pid: number; startTime: string }[]
  readonly runtimeId: string
}

/** Opens a chat; it is closed when the test ends. */
export async function openChat(runtimes: Runtimes, request: Partial<OpenRequest> = {}): Promise<OpenedChat> {
  const states: OpenedChat['states'] = []
  const processes: OpenedChat['processes'] = []
  const runtimeId = `rt_${nanoid(22)}`
  const session = await runtimes.open({
    runtimeId,
    sessionId: `ses_${nanoid(22)}`,
    provider: 'demo',
    model: null,
    options: {},
    cwd: tmpdir(),
    resumeToken: null,
    transcript: () => null,
    onState: (update) => states.push(update),
    onProcess: (process) => processes.push(process),
    signal: new AbortController().signal,
    ...request,
  })
  onTestFinished(() => session.close())
  return { session, states, processes, runtimeId }
}

export class RecordingSink implements TurnSink {
  readonly updates: RuntimeUpdate[] = []
  readonly permissions: PermissionRequest[] = []
  readonly questions: QuestionRequest[] = []
  delivered = 0
  /** Kind of option to choose; `wait` leaves it open. */
  decision: 'allow_once' | 'reject_once' | 'cancelled' | 'wait' = 'allow_once'
  reason: string | null = null
  answer: Answer | 'wait' = { action: 'accept', content: { answer: 'yes' } }

  update(update: RuntimeUpdate): void {
    this.updates.push(update)
  }

  async requestPermission(request: PermissionRequest): Promise<PermissionDecision> {
    this.permissions.push(request)
    const { decision, reason } = this
    if (decision === 'wait') return new Promise(() => undefined)
    if (decision === 'cancelled') return { outcome: 'cancelled' }
    const option = request.options.find(({ kind }) => kind === decision)
    if (!option) throw new Error(`The agent offers no ${decision}.`)
    return { outcome: 'selected', optionId: option.optionId, reason, delivered: () => this.delivered++ }
  }

  async ask(request: QuestionRequest): Promise<Answer> {
    this.questions.push(request)
    return this.answer === 'wait' ? new Promise(() => undefined) : this.answer
  }

  get text(): string {
    return this.updates.map((update) => (update.type === 'agent_message_chunk' ? update.text : '')).join('')
  }

  ofType<T extends RuntimeUpdate['type']>(type: T): Extract<RuntimeUpdate, { type: T }>[] {
    return this.updates.filter((update): update is Extract<RuntimeUpdate, { type: T }> => update.type === type)
  }
}

export interface RunningTurn {
  readonly sink: RecordingSink
  readonly result: Promise<TurnResult>
  stop(): void
}

let turns = 0
export function begin(session: RuntimeSession, text: string, sink = new RecordingSink()): RunningTurn {
  const controller = new AbortController()
  const turn = { turnId: `run_${++turns}`, text, files: [] }
  const result = session.prompt(turn, sink, controller.signal)
  // Whoever cares awaits it; a test that ends first is no failure of the turn's.
  result.catch((error: unknown) => expect(error).toBeInstanceOf(RuntimeError))
  return { sink, result, stop: () => controller.abort() }
}

/** The whole turn, told. */
export async function say(session: RuntimeSession, text: string, sink = new RecordingSink()): Promise<RecordingSink> {
  await begin(session, text, sink).result
  return sink
}

export async function failureOf(promise: Promise<unknown>): Promise<RuntimeFailure> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  )
  if (error instanceof RuntimeError) return error.failure
  throw error
}

/** A zombie is dead: where nothing collects orphans it stays in the table. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

export async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!condition()) throw new Error('Not yet.')
  }, 10_000)
}
