/** Runtimes that do what a test says, step by step. Nothing happens by itself, except that an opening is allowed at once. */
import { vi } from 'vitest'
import {
  type OpenRequest,
  type PermissionRequest,
  type PromptTurn,
  type RuntimeEnd,
  RuntimeError,
  type RuntimeFailure,
  type RuntimeSession,
  type Runtimes,
  type TurnResult,
  type TurnSink,
} from '../../../server/runtimes/runtime.ts'
import type { Provider } from '../../../shared/model.ts'

export interface FakePrompt {
  readonly turn: PromptTurn
  readonly sink: TurnSink
  readonly signal: AbortSignal
  say(text: string): void
  end(result?: Partial<TurnResult>): void
  fail(failure: Partial<RuntimeFailure>): void
}

export interface FakeRuntime {
  readonly request: OpenRequest
  readonly session: RuntimeSession
  readonly prompts: FakePrompt[]
  /** Model and options as they were set, in order. */
  readonly settings: string[]
  isClosed: boolean
  /** Set to keep `close` from resolving until it is called. */
  holdClose: boolean
  releaseClose(): void
  /** The agent dies by itself: its prompt fails, `closed` resolves. */
  die(): void
  prompt(index?: number): Promise<FakePrompt>
}

export interface FakeRuntimes extends Runtimes {
  readonly opened: FakeRuntime[]
  readonly requests: OpenRequest[]
  /** What the next openings do: wait for `release`, or fail. */
  opening: { hold: boolean; fail: RuntimeFailure | null; resumes: boolean; model: string | null; ignoresAbort: boolean }
  releaseOpening(): void
  set(provider: Partial<Provider> & { id: string }): void
  runtime(index?: number): Promise<FakeRuntime>
}

export function createFakeRuntimes(): FakeRuntimes {
  const providers = new Map<string, Provider>()
  const opened: FakeRuntime[] = []
  const requests: OpenRequest[] = []
  let release: () => void = () => undefined
  let count = 0

  const runtimes: FakeRuntimes = {
    opened,
    requests,
    opening: { hold: false, fail: null, resumes: false, model: null, ignoresAbort: false },
    releaseOpening: () => release(),
    providers: () => [...providers.values()],
    provider: (id) => providers.get(id),
    refresh: async () => undefined,
    probe: async (id) => providers.get(id) as Provider,
    onChange: () => undefined,
    set(provider) {
      providers.set(provider.id, { ...aProvider(provider.id), ...providers.get(provider.id), ...provider })
    },
    async open(request) {
      requests.push(request)
      const { hold, fail, resumes, model, ignoresAbort } = runtimes.opening
      request.onProcess({ pid: 1000 + requests.length, startTime: 'then' })
      if (hold)
        await held(request.signal, ignoresAbort, (go) => {
          release = go
        })
      if (fail) throw new RuntimeError(fail)
      count += 1
      const origin = resumes && request.resumeToken ? 'resumed' : request.transcript() === null ? 'new' : 'told'
      const runtime = createRuntime(request, `runtime-${count}`, origin, model ?? request.model)
      opened.push(runtime)
      return runtime.session
    },
    runtime: (index = 0) => vi.waitFor(() => found(opened[index], `runtime ${index}`)),
  }
  runtimes.set({ id: 'fake' })
  runtimes.set({ id: 'other' })
  return runtimes
}

function held(signal: AbortSignal, ignoresAbort: boolean, onGo: (go: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    onGo(resolve)
    if (!ignoresAbort) signal.addEventListener('abort', () => reject(signal.reason))
  })
}

function createRuntime(
  request: OpenRequest,
  id: string,
  origin: RuntimeSession['origin'],
  model: string | null,
): FakeRuntime {
  const prompts: FakePrompt[] = []
  const settings: string[] = []
  const rejects = new Set<(error: Error) => void>()
  let resolveClosed: (end: RuntimeEnd) => void = () => undefined
  let resolveClose: () => void = () => undefined
  const closed = new Promise<RuntimeEnd>((resolve) => {
    resolveClosed = resolve
  })
  const runtime: FakeRuntime = {
    request,
    prompts,
    settings,
    isClosed: false,
    holdClose: false,
    releaseClose: () => resolveClose(),
    die() {
      const failure = aFailure({ kind: 'died', summary: 'The agent died.', cause: 'segmentation fault' })
      for (const reject of rejects) reject(new RuntimeError(failure))
      resolveClosed({ how: 'died', detail: 'segmentation fault' })
    },
    prompt: (index = 0) => vi.waitFor(() => found(prompts[index], `prompt ${index}`)),
    session: {
      runtimeSessionId: id,
      origin,
      resumeToken: `token of ${id}`,
      model,
      can: { approve: true, question: true, resume: true, steer: false, images: false },
      prompt: (turn, sink, signal) =>
        new Promise((resolve, reject) => {
          rejects.add(reject)
          prompts.push({
            turn,
            sink,
            signal,
            say: (text) => sink.update({ type: 'agent_message_chunk', text }),
            end: (result = {}) => resolve({ stopReason: 'end_turn', usage: null, ...result }),
            fail: (failure) => reject(new RuntimeError(aFailure(failure))),
          })
        }),
      setModel: async (next) => void settings.push(`model=${next}`),
      setOption: async (option, value) => void settings.push(`${option}=${value}`),
      setMode: async (mode) => void settings.push(`mode=${mode}`),
      async close() {
        if (runtime.holdClose)
          await new Promise<void>((resolve) => {
            resolveClose = resolve
          })
        runtime.isClosed = true
        resolveClosed({ how: 'closed', detail: '' })
      },
      closed,
    },
  }
  return runtime
}

export function aFailure(failure: Partial<RuntimeFailure>): RuntimeFailure {
  return { kind: 'refused', summary: 'It failed.', cause: 'Because.', actions: [], ...failure }
}

export function aProvider(id: string): Provider {
  return {
    id,
    name: id,
    kind: 'agent',
    state: 'ready',
    detail: 'Ready.',
    icon: id,
    models: [],
    defaultModel: null,
    can: { approve: true, question: true, resume: true, steer: false, images: false },
  }
}

export const aRequest = (command: string): PermissionRequest => ({
  toolCall: { toolCallId: `call ${command}`, title: command, kind: 'execute', status: 'pending' },
  title: `Run ${command}`,
  kind: 'execute',
  subject: { command },
  options: [
    { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
    { optionId: 'no', name: 'Reject', kind: 'reject_once' },
  ],
})

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}`)
  return value
}
