/** The providers: those that Heddle knows, and those of the configuration, which win where the id is the same. */
import * as v from 'valibot'
import type { Provider } from '../../shared/model.ts'
import { demoModels } from './demo/session.ts'

export interface AgentEntry {
  readonly id: string
  readonly name: string
  readonly icon: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Names, or prefixes ending in `*`, of what it may have of the server's environment: its own keys. */
  readonly passes: readonly string[]
  /** The mode that sessions begin in. */
  readonly mode?: string
  readonly install?: string
  readonly loginHint?: string
}

export const knownAgents: readonly AgentEntry[] = [
  {
    id: 'claude',
    name: 'Claude Code',
    icon: 'claude',
    command: 'claude-agent-acp',
    args: [],
    env: {},
    passes: ['ANTHROPIC_*', 'CLAUDE_*', 'IS_SANDBOX'],
    install: 'npm install -g @agentclientprotocol/claude-agent-acp',
    loginHint: 'Run `claude` in a terminal and log in once, or set ANTHROPIC_API_KEY.',
  },
  {
    id: 'codex',
    name: 'Codex',
    icon: 'codex',
    command: 'codex-acp',
    args: [],
    env: {},
    passes: ['OPENAI_*', 'CODEX_*'],
    // Its default lets a model review what a person should decide.
    mode: 'read-only',
    install: 'npm install -g @agentclientprotocol/codex-acp',
    loginHint: 'Run `codex login` in a terminal once, or set OPENAI_API_KEY.',
  },
  {
    id: 'gemini',
    name: 'Gemini',
    icon: 'gemini',
    command: 'gemini',
    args: ['--acp'],
    // Without it gemini starts itself a second time, which doubles its start.
    env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    passes: ['GEMINI_*', 'GOOGLE_*'],
    install: 'npm install -g @google/gemini-cli',
    loginHint: 'Run `gemini` in a terminal and log in once, or set GEMINI_API_KEY.',
  },
  {
    id: 'opencode',
    name: 'opencode',
    icon: 'opencode',
    command: 'opencode',
    args: ['acp'],
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1' },
    passes: ['OPENCODE_*'],
    install: 'npm install -g opencode-ai',
    loginHint: 'Run `opencode auth login` in a terminal once.',
  },
]

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'An id is letters, digits, `.`, `_`, `-`.'))
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(100))

/** An agent under `providers` in the configuration file. */
export const ConfiguredAgent = v.strictObject({
  id,
  name: v.optional(name),
  kind: v.literal('agent'),
  command: v.pipe(v.string(), v.minLength(1)),
  args: v.optional(v.array(v.string()), []),
  env: v.optional(v.record(v.string(), v.string()), {}),
  mode: v.optional(v.string()),
  sandbox: v.optional(v.boolean()),
})

/** An entry of the configuration, or the sentence that says why it is none. */
export function configuredAgent(entry: unknown): { entry: AgentEntry } | { id: string; problem: string } {
  const parsed = v.safeParse(ConfiguredAgent, entry)
  if (!parsed.success) return { id: idOf(entry), problem: problemOf(entry, parsed.issues) }
  const { sandbox, ...agent } = parsed.output
  if (sandbox)
    return { id: agent.id, problem: 'Sandboxed agents are not built yet: remove `sandbox` to run it without.' }
  const known = knownAgents.find(({ id: knownId }) => knownId === agent.id)
  return {
    entry: { ...agent, name: agent.name ?? agent.id, icon: known?.icon ?? 'agent', passes: known?.passes ?? [] },
  }
}

function problemOf(entry: unknown, issues: readonly v.BaseIssue<unknown>[]): string {
  if ((entry as { kind?: unknown } | null)?.kind === 'model') return 'Model services are not built yet.'
  const [issue] = issues
  const path = issue ? v.getDotPath(issue) : null
  return `Its entry in the configuration is not right${path ? ` at \`${path}\`` : ''}: ${issue?.message ?? 'unknown'}`
}

function idOf(entry: unknown): string {
  const given = (entry as { id?: unknown } | null)?.id
  return v.is(id, given) ? given : 'unnamed'
}

const canAll = { approve: true, question: true, resume: false, steer: false, images: true }

export const demoProviders: readonly Provider[] = [
  {
    id: 'demo',
    name: 'Demo',
    kind: 'demo',
    state: 'ready',
    detail: 'Built in: needs no key and no network.',
    icon: 'demo',
    models: demoModels.map(({ value, name: label, description }) => ({ id: value, name: label, description })),
    defaultModel: 'guide',
    can: canAll,
  },
  {
    id: 'demo-process',
    name: 'Demo process',
    kind: 'demo',
    state: 'ready',
    detail: 'The demo as a process of its own.',
    icon: 'demo',
    models: demoModels.map(({ value, name: label, description }) => ({ id: value, name: label, description })),
    defaultModel: 'guide',
    can: canAll,
  },
]

/** An agent as it shows before anything is known of it. */
export function agentProvider({ id: agentId, name: label, icon, install }: AgentEntry): Provider {
  return {
    id: agentId,
    name: label,
    kind: 'agent',
    state: 'not_installed',
    detail: install ? `Not installed: ${install}` : 'Its command was not found.',
    ...(install ? { install } : {}),
    icon,
    models: [],
    defaultModel: null,
    can: { approve: true, question: true, resume: false, steer: false, images: false },
  }
}
