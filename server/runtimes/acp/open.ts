/**
 * Opens a runtime session on an ACP agent: start, initialize, then `session/resume`, else `session/load` with its
 * replay suppressed, else `session/new` and the transcript told with the first prompt; then model, mode and options.
 */
import { type InitializeResponse, methods, PROTOCOL_VERSION } from '@agentclientprotocol/sdk'
import type { RuntimeOption } from '../../../shared/model.ts'
import { runtimeError } from '../failure.ts'
import { initializeTimeoutMs, sessionTimeoutMs } from '../limits.ts'
import type { OpenRequest, RuntimeSession } from '../runtime.ts'
import { RuntimeError } from '../runtime.ts'
import type { Transport } from '../transport.ts'
import { canBeginAnew } from './errors.ts'
import type { SessionFacts } from './options.ts'
import { type ResumeToken, readToken } from './resume-token.ts'
import { AcpSession } from './session.ts'

export interface AcpAgent {
  /** For people: `Claude Code`. */
  readonly name: string
  /** What to do when it has no login. */
  readonly loginHint?: string
  /** A mode that new sessions begin in. */
  readonly mode?: string
  /** Heddle's version, as told to the agent. */
  readonly clientVersion: string
  start(request: OpenRequest): Promise<Transport>
}

export interface OpenedSession {
  readonly session: RuntimeSession
  /** What a new session offers, with its defaults, before anything was chosen; null for one that was taken up again. */
  readonly offered: readonly RuntimeOption[] | null
}

/** Rejects with `RuntimeError`, after everything that was started has ended. */
export async function openAcp(agent: AcpAgent, request: OpenRequest): Promise<OpenedSession> {
  if (request.signal.aborted) throw stoppedWhileStarting(agent.name)
  const transport = await agent.start(request)
  const session = new AcpSession(transport, request, agent.name, agent.loginHint)
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(stoppedWhileStarting(agent.name))
    if (request.signal.aborted) stop()
    request.signal.addEventListener('abort', stop, { once: true })
  })
  try {
    const offered = await Promise.race([establish(session, agent, request), aborted])
    return { session, offered }
  } catch (error) {
    const failure = error instanceof RuntimeError ? error : await session.connection.explain(error)
    await session.close()
    throw failure
  }
}

function stoppedWhileStarting(name: string): RuntimeError {
  return runtimeError('refused', `${name} was stopped while it started.`, { actions: ['retry'] })
}

async function establish(
  session: AcpSession,
  agent: AcpAgent,
  request: OpenRequest,
): Promise<OpenedSession['offered']> {
  const agentSays = await initialize(session, agent)
  const { loadSession = false, sessionCapabilities, promptCapabilities } = agentSays.agentCapabilities ?? {}
  const canResume = sessionCapabilities?.resume != null
  session.can = { ...session.can, resume: canResume || loadSession, images: promptCapabilities?.image ?? false }
  const token = readToken(request.resumeToken)
  const resumed = token && (await takeUp(session, request, token, { canResume, canLoad: loadSession }))
  if (!resumed) await begin(session, request)
  const offered = resumed ? null : session.settings.all
  if (request.model !== null) await session.setModel(request.model)
  if (agent.mode !== undefined && session.settings.hasMode(agent.mode)) await session.setMode(agent.mode)
  for (const [id, value] of Object.entries(request.options)) await session.setOption(id, value)
  return offered
}

async function initialize(session: AcpSession, agent: AcpAgent): Promise<InitializeResponse> {
  const answer = await session.connection.request<InitializeResponse>(
    methods.agent.initialize,
    {
      protocolVersion: PROTOCOL_VERSION,
      clientInfo: { name: 'heddle', title: 'Heddle', version: agent.clientVersion },
      clientCapabilities: {
        fs: { readTextFile: false, writeTextFile: false },
        terminal: false,
        elicitation: { form: {} },
        session: { compaction: {}, notices: {}, configOptions: { boolean: {} } },
      },
    },
    initializeTimeoutMs,
  )
  if (answer?.protocolVersion !== PROTOCOL_VERSION) {
    const cause = `It answered version ${String(answer?.protocolVersion)}; Heddle speaks ${PROTOCOL_VERSION}.`
    throw runtimeError('protocol', `${agent.name} speaks another version of the Agent Client Protocol.`, { cause })
  }
  session.connection.speaker.authMethods = answer.authMethods ?? []
  return answer
}

async function begin(session: AcpSession, request: OpenRequest): Promise<void> {
  const params = { cwd: request.cwd, mcpServers: [] }
  const answer = await session.connection.request<SessionFacts & { sessionId: string }>(
    methods.agent.session.new,
    params,
    sessionTimeoutMs,
  )
  session.identify(answer.sessionId, Date.now())
  session.settings.learn(answer)
  const transcript = request.transcript()
  if (transcript === null) return
  session.origin = 'told'
  session.tellFirst = [transcript]
}

/** False: a new session has to do. */
async function takeUp(
  session: AcpSession,
  { cwd }: OpenRequest,
  token: ResumeToken,
  { canResume, canLoad }: { canResume: boolean; canLoad: boolean },
): Promise<boolean> {
  if (!canResume && !(canLoad && mayBeLoaded(token))) return false
  const method = canResume ? methods.agent.session.resume : methods.agent.session.load
  const params = { sessionId: token.sessionId, cwd, mcpServers: [] }
  try {
    const answer = await session.connection.request<SessionFacts>(method, params, sessionTimeoutMs)
    session.identify(token.sessionId, token.createdAt)
    session.settings.learn(answer ?? {})
  } catch (error) {
    if (canBeginAnew(error)) return false
    throw error
  }
  session.origin = 'resumed'
  session.lateExpected = !canResume
  return true
}

/** gemini destroys a stored session that is loaded within the UTC minute in which it was made: then it is told. */
function mayBeLoaded({ createdAt }: ResumeToken): boolean {
  const minute = 60_000
  return Math.floor(createdAt / minute) !== Math.floor(Date.now() / minute)
}
