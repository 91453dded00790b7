/** Runtimes that do what a test says, step by step. Nothing happens by itself, except that an opening is allowed at once. */
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
  isClosing: boolean
  isClosed: boolean
  /** Set to keep `close` from resolving until it is called. */
  holdClose: boolean
  releaseClose(): void
  /** The agent dies by itself: its prompt fails, `closed` resolves. */
  die(): void
  /** It ends by itself, and its prompt hears nothing of it. */
  vanish(): void
  prompt(index?: number): Promise<FakePrompt>
}

export interface FakeRuntimes extends Runtimes {
  readonly opened: FakeRuntime[]
  readonly requests: OpenRequest[]
  /** What the next openings do: wait for `release`, or fail. */
  opening: { hold: boolean; fail: RuntimeFailure | null; resumes: boolean; model: string | null; ignoresAbort: boolean }
  /** Called when a runtime is asked for. */
  onOpen: (request: OpenRequest) => void
  /** Lets the opening that is held go on, once there is one. */
  releaseOpening(): Promise<void>
  set(provider: Partial<Provider> & { id: string }): void
  runtime(index?: number): Promise<FakeRuntime>
}

export function createFakeRuntimes(): FakeRuntimes {
  const providers = new Map<string, Provider>()
  const opened: FakeRuntime[] = []
  const requests: OpenRequest[] = []
  let release: (() => void) | null = null
  let count = 0

  const runtimes: FakeRuntimes = {
    opened,
    requests,
    onOpen: () => undefined,
    opening: { hold: false, fail: null, resumes: false, model: null, ignoresAbort: false },
    releaseOpening: () => waitFor(() => found(release ?? undefined, 'opening')()),
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
      runtimes.onOpen(request)
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
    runtime: (index = 0) => waitFor(() => found(opened[index], `runtime ${index}`)),
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
    isClosing: false,
    isClosed: false,
    holdClose: false,
    releaseClose: () => resolveClose(),
    die() {
      const failure = aFailure({ kind: 'died', summary: 'The agent died.', cause: 'segmentation fault' })
      for (const reject of rejects) reject(new RuntimeError(failure))
      resolveClosed({ how: 'died', detail: 'segmentation fault' })
    },
    vanish: () => resolveClosed({ how: 'died', detail: 'gone' }),
    prompt: (index = 0) => waitFor(() => found(prompts[index], `prompt ${index}`)),
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
        runtime.isClosing = true
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

const patienceMs = 3_000
/** The real one, also while a test has put the clock into its own hands. */
const later = setTimeout

/** Looks until it does not throw: what is waited for is a few turns of the loop away. */
export async function waitFor<T>(look: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => later(resolve, 1))
    }
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}`)
  return value
}
