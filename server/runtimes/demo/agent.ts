/** The demo agent: an ACP agent like any other, over any two byte streams. */
import type { Readable, Writable } from 'node:stream'
import {
  type AgentContext,
  agent,
  type ContentBlock,
  methods,
  type PromptResponse,
  RequestError,
} from '@agentclientprotocol/sdk'
import { openWire } from '../acp/wire.ts'
import { answer } from './models.ts'
import { parseScript } from './script.ts'
import { type DemoHost, DemoSession } from './session.ts'
import { Cancelled, Stage } from './stage.ts'
import { runScript, speakOn } from './steps.ts'
import { isTranscript, userTexts } from './told.ts'

/** Resolves when the connection has closed. */
export function serveDemoAgent(input: Readable, output: Writable, host: DemoHost): Promise<void> {
  const sessions: DemoSession[] = []
  const find = (id: string): DemoSession => {
    const session = sessions.find((candidate) => candidate.id === id || candidate.formerIds.includes(id))
    if (!session) throw RequestError.sessionNotFound(id)
    return session
  }
  const connection = agent({ name: 'heddle-demo' })
    .onRequest(methods.agent.initialize, () => ({
      protocolVersion: 1,
      agentInfo: { name: 'heddle-demo', title: 'Heddle demo', version: '1' },
      agentCapabilities: { loadSession: false, promptCapabilities: { image: true, embeddedContext: true } },
      authMethods: [],
    }))
    .onRequest(methods.agent.session.new, ({ params, client }) => {
      const session = new DemoSession(params.cwd)
      sessions.push(session)
      setImmediate(() => tellCommands(session, client))
      return { sessionId: session.id, configOptions: session.configOptions, modes: session.modes }
    })
    .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
      const session = find(params.sessionId)
      if (!session.choose(params.configId, params.value)) throw RequestError.invalidParams({ value: params.value })
      return { configOptions: session.configOptions }
    })
    .onRequest(methods.agent.session.setMode, ({ params }) => {
      if (!find(params.sessionId).chooseMode(params.modeId)) throw RequestError.invalidParams({ mode: params.modeId })
      return {}
    })
    .onRequest(methods.agent.session.prompt, ({ params, client }) =>
      takeTurn(find(params.sessionId), host, client, params.prompt, params._meta?.turnId),
    )
    .onNotification(methods.agent.session.cancel, ({ params }) => find(params.sessionId).running?.abort())
    .connect(openWire(input, output, 'Heddle').stream)
  connection.signal.addEventListener('abort', () => {
    for (const session of sessions) session.running?.abort()
  })
  return connection.closed
}

function tellCommands({ id }: DemoSession, client: AgentContext): void {
  const demo = {
    name: 'demo',
    description: 'Runs a script: steps parted by ;',
    input: { hint: 'count 20; ask npm test' },
  }
  const update = { sessionUpdate: 'available_commands_update' as const, availableCommands: [demo] }
  client.notify(methods.client.session.update, { sessionId: id, update }).catch(ignoreGone)
}

async function takeTurn(
  session: DemoSession,
  host: DemoHost,
  client: AgentContext,
  blocks: readonly ContentBlock[],
  turnId: unknown,
): Promise<PromptResponse> {
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []))
  session.texts.push(...texts.flatMap((text) => (isTranscript(text) ? userTexts(text) : [text])))
  session.turns++
  const inputCharacters = texts.join('').length
  session.characters += inputCharacters
  const before = session.characters
  const prompt = texts.at(-1) ?? ''
  const running = new AbortController()
  session.running = running
  const told = typeof turnId === 'string' ? turnId : String(session.turns)
  const stage = new Stage(session, host, client, running.signal, told)
  try {
    const steps = parseScript(prompt)
    await (steps ? runScript(stage, steps, prompt) : answer(stage, prompt))
    await stage.update({ sessionUpdate: 'usage_update', used: tokens(session.characters), size: 128_000 })
    const usage = usageOf(inputCharacters, session.characters - before)
    return { stopReason: 'end_turn', usage } as PromptResponse
  } catch (error) {
    if (!(error instanceof Cancelled) && !running.signal.aborted) throw error
    // What is said after the answer belongs to nobody: the client must not let it into the next turn.
    if (stage.lateMs > 0) speakOn(stage, stage.lateMs).catch(ignoreGone)
    return { stopReason: 'cancelled' }
  } finally {
    if (session.running === running) session.running = null
  }
}

/** Said to a client that has gone meanwhile: its end is told by the connection. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof Error)) throw error
}

function usageOf(inputCharacters: number, outputCharacters: number) {
  const [inputTokens, outputTokens] = [tokens(inputCharacters), tokens(outputCharacters)]
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
}

function tokens(characters: number): number {
  return Math.ceil(characters / 4)
}
