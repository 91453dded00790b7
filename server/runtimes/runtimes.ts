/** The port's one implementation: every provider, what is known of it, and opening a session on it. */
import { nanoid } from 'nanoid'
import type { Provider, RuntimeOption } from '../../shared/model.ts'
import { openAcp } from './acp/open.ts'
import { modelOption, providerModels } from './acp/options.ts'
import { agentProvider, configuredAgent, demoProviders, knownAgents } from './catalog.ts'
import { startDemoInProcess } from './demo/in-process.ts'
import { failureWords, runtimeError } from './failure.ts'
import { createGate, type Gate } from './gate.ts'
import { maxStarting } from './limits.ts'
import { readMemory, rememberedOf } from './provider-memory.ts'
import { type OpenRequest, RuntimeError, type RuntimeSession, type Runtimes } from './runtime.ts'
import { agentSource, type Environment, processSource, type Source } from './sources.ts'

export interface RuntimesSetup {
  /** Entries under `providers` in the configuration file, as they stand there. */
  readonly configured: readonly unknown[]
  readonly env: Environment
  readonly version: string
  /** How this program is started as a demo agent: `[process.execPath, main.js, 'demo-agent']`. */
  readonly demoCommand: readonly [command: string, ...args: string[]]
  /** What has been learnt of providers outlives the server here. */
  readonly memory: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> }
  /** A probe's processes, for the reaper. */
  readonly onProbeProcess?: (runtimeId: string, process: { pid: number; startTime: string }) => void
  /** Nothing of that probe is left. */
  readonly onProbeEnded?: (runtimeId: string) => void
  /** Where probes work: a folder that exists. */
  readonly probeFolder: string
  /** A background write that failed. */
  readonly onProblem: (error: unknown) => void
}

export async function createRuntimes(setup: RuntimesSetup): Promise<Runtimes> {
  const catalog = new Catalog(setup)
  await catalog.recall()
  await catalog.refresh()
  return catalog
}

interface Entry {
  provider: Provider
  /** Null: its configuration is not right. */
  readonly source: Source | null
}

class Catalog implements Runtimes {
  private readonly setup: RuntimesSetup
  private readonly entries: Map<string, Entry>
  private readonly gate: Gate = createGate(maxStarting)
  private readonly listeners = new Set<() => void>()
  /** Under way, by provider. */
  private readonly probes = new Map<string, Promise<Provider>>()

  constructor(setup: RuntimesSetup) {
    this.setup = setup
    this.entries = new Map(entriesOf(setup).map((entry) => [entry.provider.id, entry]))
  }

  providers(): readonly Provider[] {
    return [...this.entries.values()].map(({ provider }) => provider)
  }

  provider(id: string): Provider | undefined {
    return this.entries.get(id)?.provider
  }

  async refresh(id?: string): Promise<void> {
    const entries = [...this.entries.values()].filter(({ provider }) => id === undefined || provider.id === id)
    await Promise.all(entries.map((entry) => this.look(entry)))
  }

  probe(id: string, signal: AbortSignal): Promise<Provider> {
    const probe = this.probes.get(id) ?? this.openOnce(id, signal).finally(() => this.probes.delete(id))
    this.probes.set(id, probe)
    return probe
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    this.listeners.add(listener)
    signal.addEventListener('abort', () => this.listeners.delete(listener), { once: true })
  }

  async open(request: OpenRequest): Promise<RuntimeSession> {
    const entry = this.known(request.provider)
    const { source } = entry
    if (!source) throw runtimeError('refused', `${entry.provider.name} cannot start. ${entry.provider.detail}`)
    const agent = { ...source, clientVersion: this.setup.version }
    const start = () => openAcp(agent, request)
    try {
      const { session, offered } = await (source.isLight ? start() : this.gate.pass(request.signal, start))
      this.learn(entry, session, offered)
      return session
    } catch (error) {
      this.learnFailure(entry, error)
      if (error instanceof RuntimeError || !request.signal.aborted) throw error
      throw runtimeError('refused', `${source.name} was stopped before it started.`, { actions: ['retry'] })
    }
  }

  /** What earlier sessions have taught. */
  async recall(): Promise<void> {
    for (const entry of this.entries.values()) {
      const known = readMemory(await this.setup.memory.get(memoryKey(entry.provider.id)))
      if (known) entry.provider = { ...entry.provider, ...known }
    }
  }

  private async openOnce(id: string, signal: AbortSignal): Promise<Provider> {
    const runtimeId = `probe_${nanoid(22)}`
    try {
      const session = await this.open({
        runtimeId,
        sessionId: runtimeId,
        provider: id,
        model: null,
        options: {},
        cwd: this.setup.probeFolder,
        resumeToken: null,
        transcript: () => null,
        onState: () => undefined,
        onProcess: (process) => this.setup.onProbeProcess?.(runtimeId, process),
        signal,
      })
      await session.close()
    } finally {
      this.setup.onProbeEnded?.(runtimeId)
    }
    return this.known(id).provider
  }

  private known(id: string): Entry {
    const entry = this.entries.get(id)
    if (!entry) throw runtimeError('refused', `There is no provider ${id}.`, { actions: ['open_settings'] })
    return entry
  }

  private async look(entry: Entry): Promise<void> {
    const state = await entry.source?.look()
    if (state) this.change(entry, state)
  }

  private learn(entry: Entry, { can }: RuntimeSession, offered: readonly RuntimeOption[] | null): void {
    const { source, provider } = entry
    const model = offered ? modelOption(offered) : undefined
    const options = offered?.filter((option) => option !== model)
    const learnt = {
      can,
      ...(offered && model ? { models: providerModels(offered), defaultModel: model.currentValue } : {}),
      ...(options && options.length > 0 ? { options } : {}),
    }
    const ready = { state: 'ready' as const, detail: source?.readyDetail() ?? provider.detail }
    if (!this.change(entry, { ...ready, ...learnt })) return
    const text = JSON.stringify(rememberedOf(entry.provider))
    this.setup.memory.put(memoryKey(provider.id), text).catch(this.setup.onProblem)
  }

  private learnFailure(entry: Entry, error: unknown): void {
    if (!(error instanceof RuntimeError)) return
    const { kind, summary } = error.failure
    if (kind === 'needs_login') this.change(entry, { state: 'needs_key', detail: summary })
    else if (kind === 'not_installed') this.change(entry, { state: 'not_installed' })
    else if (kind === 'protocol' || kind === 'timeout')
      this.change(entry, { state: 'error', detail: failureWords(error.failure) })
  }

  /** False: nothing is different. */
  private change(entry: Entry, fields: Partial<Provider>): boolean {
    const next = { ...entry.provider, ...fields }
    if (JSON.stringify(next) === JSON.stringify(entry.provider)) return false
    entry.provider = next
    for (const listener of this.listeners) listener()
    return true
  }
}

function memoryKey(id: string): string {
  return `provider:${id}`
}

function entriesOf({ configured, env, demoCommand }: RuntimesSetup): Entry[] {
  const [demo, demoProcess] = demoProviders as [Provider, Provider]
  const read = configured.map(configuredAgent)
  const agents = read.flatMap((result) => ('entry' in result ? [result.entry] : []))
  const taken = new Set(agents.map(({ id }) => id))
  const all = [...agents, ...knownAgents.filter(({ id }) => !taken.has(id))]
  const [command, ...args] = demoCommand
  return [
    { provider: demo, source: inProcess(demo, env) },
    ...all.map((agent) => ({ provider: agentProvider(agent), source: agentSource(agent, env) })),
    { provider: demoProcess, source: processSource(demoProcess, { command, args, env }) },
    ...read.flatMap((result) => ('problem' in result ? [{ provider: faulty(result), source: null }] : [])),
  ]
}

function inProcess({ id, name, detail }: Provider, env: Environment): Source {
  return {
    name,
    isLight: true,
    look: async () => null,
    readyDetail: () => detail,
    start: async (request) => startDemoInProcess(id, env, request),
  }
}

function faulty({ id, problem }: { id: string; problem: string }): Provider {
  const entry = { id, name: id, icon: 'agent', command: '', args: [], env: {}, passes: [] }
  return { ...agentProvider(entry), state: 'error', detail: problem }
}
