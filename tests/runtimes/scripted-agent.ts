/** An agent of the test's own, over pipes in memory: for the ways of agents that the demo does not have. */
import { PassThrough } from 'node:stream'
import {
  type AgentApp,
  type AgentContext,
  agent,
  type InitializeResponse,
  methods,
  type SessionUpdate,
} from '@agentclientprotocol/sdk'
import { nanoid } from 'nanoid'
import { onTestFinished } from 'vitest'
import { type AcpAgent, type OpenedSession, openAcp } from '../../server/runtimes/acp/open.ts'
import { openWire } from '../../server/runtimes/acp/wire.ts'
import type { OpenRequest } from '../../server/runtimes/runtime.ts'
import type { Transport } from '../../server/runtimes/transport.ts'

export const sessionId = 'agent-session'

export interface Scripted {
  readonly agent: AcpAgent
  /** Requests and notifications that reached it, by method. */
  readonly reached: { method: string; params: Record<string, unknown> }[]
  /** What it would do by itself. */
  tell(update: SessionUpdate): Promise<void>
  client(): AgentContext
  die(): void
  /** Bytes as they are. */
  raw(text: string): void
}

interface Behaviour {
  readonly initialize?: Partial<InitializeResponse>
  /** Handlers that come before the plain ones. */
  readonly app?: (app: AgentApp) => AgentApp
}

export function scriptedAgent({ initialize = {}, app = (same) => same }: Behaviour = {}): Scripted {
  const toAgent = new PassThrough()
  const fromAgent = new PassThrough()
  const reached: Scripted['reached'] = []
  let tellEnd: (how: string) => void = () => undefined
  const ended = new Promise<string>((resolve) => {
    tellEnd = resolve
  })
  const die = (how: string) => {
    toAgent.destroy()
    fromAgent.destroy()
    tellEnd(how)
  }
  toAgent.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      const message = JSON.parse(line) as Scripted['reached'][number]
      if (message.method) reached.push(message)
    }
  })
  const toApp = toAgent.pipe(new PassThrough())
  const own = app(agent({ name: 'scripted' }))
  const whole = own
    .onRequest(methods.agent.initialize, () => ({ protocolVersion: 1, authMethods: [], ...initialize }))
    .onRequest(methods.agent.session.new, () => ({ sessionId }))
    .onRequest(methods.agent.session.prompt, () => ({ stopReason: 'end_turn' }))
  const connection = whole.connect(openWire(toApp, fromAgent, 'the client').stream)
  const transport: Transport = {
    input: fromAgent,
    output: toAgent,
    ended,
    lastWords: () => 'its last words',
    close: async () => die('It was ended.'),
  }
  return {
    agent: { name: 'Scripted', clientVersion: '0.0.0', start: async () => transport },
    reached,
    tell: (update) => connection.client.notify(methods.client.session.update, { sessionId, update }),
    client: () => connection.client,
    die: () => die('It exited with code 3.'),
    raw: (text) => void fromAgent.write(text),
  }
}

export interface OpenedScripted extends OpenedSession {
  readonly states: Parameters<OpenRequest['onState']>[0][]
}

export async function openScripted(scripted: Scripted, request: Partial<OpenRequest> = {}): Promise<OpenedScripted> {
  const states: OpenedScripted['states'] = []
  const opened = await openAcp(scripted.agent, {
    runtimeId: `rt_${nanoid(22)}`,
    sessionId: `ses_${nanoid(22)}`,
    provider: 'scripted',
    model: null,
    options: {},
    cwd: '/tmp',
    resumeToken: null,
    transcript: () => null,
    onState: (update) => states.push(update),
    onProcess: () => undefined,
    signal: new AbortController().signal,
    ...request,
  })
  onTestFinished(() => opened.session.close())
  return { ...opened, states }
}
