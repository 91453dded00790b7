import { methods, RequestError } from '@agentclientprotocol/sdk'
import { describe, expect, it } from 'vitest'
import { connect } from '../../server/runtimes/acp/connection.ts'
import { openScripted, type Scripted, scriptedAgent, sessionId } from './scripted-agent.ts'
import { begin, failureOf, say } from './support.ts'

const minute = 60_000
const oldToken = JSON.stringify({ sessionId: 'stored', createdAt: Date.now() - 2 * minute })
const load = { agentCapabilities: { loadSession: true } }
const resume = { agentCapabilities: { loadSession: true, sessionCapabilities: { resume: {} } } }
const methodsOf = ({ reached }: { reached: readonly { method: string }[] }) => reached.map(({ method }) => method)

describe('Opening a session on an agent', () => {
  it('tells the agent who we are, and that we have no files and no terminals', async () => {
    const scripted = scriptedAgent()
    await openScripted(scripted)
    expect(scripted.reached[0]?.params).toMatchObject({
      protocolVersion: 1,
      clientInfo: { name: 'heddle' },
      clientCapabilities: {
        fs: { readTextFile: false, writeTextFile: false },
        terminal: false,
        elicitation: { form: {} },
      },
    })
  })

  it('says what to do when the agent wants a login', async () => {
    const scripted = scriptedAgent({
      initialize: { authMethods: [{ id: 'web', name: 'Sign in', description: 'in the browser' }] },
      app: (app) =>
        app.onRequest(methods.agent.session.new, () => {
          throw RequestError.authRequired()
        }),
    })
    expect(await failureOf(openScripted(scripted))).toMatchObject({
      kind: 'needs_login',
      summary: 'Scripted needs you to log in. It offers: Sign in (in the browser).',
      actions: [{ action: 'open_settings' }, { action: 'retry' }],
    })
  })

  it('refuses an agent that speaks another version', async () => {
    const scripted = scriptedAgent({ initialize: { protocolVersion: 2 } })
    expect(await failureOf(openScripted(scripted))).toMatchObject({ kind: 'protocol' })
  })

  it('does not wait for ever for an agent that never answers', async () => {
    const { agent } = scriptedAgent({
      app: (app) => app.onRequest('initialize', () => new Promise(() => undefined)),
    })
    const transport = await agent.start({} as never)
    const nobody = { update: fail, permission: fail, question: fail, replaced: fail }
    const failure = await failureOf(
      connect(transport, 'Slow', nobody).request('initialize', { protocolVersion: 1 }, 50),
    )
    expect(failure).toMatchObject({ kind: 'timeout', summary: 'Slow did not answer initialize within 0.05 seconds.' })
    await transport.close()
  })

  it('says when a dead agent has left something running that does not end', async () => {
    const scripted = scriptedAgent()
    let stuck = true
    const start: Scripted['agent']['start'] = async (request) => {
      const transport = await scripted.agent.start(request)
      const close = () => (stuck ? Promise.reject(new Error('Its process 42 does not end.')) : transport.close())
      return { ...transport, close }
    }
    const { session } = await openScripted({ ...scripted, agent: { ...scripted.agent, start } })
    scripted.die()
    expect(await session.closed).toMatchObject({ how: 'died', detail: expect.stringContaining('42 does not end') })
    stuck = false
  })

  it('says with its own last words that the agent died at the start', async () => {
    const scripted = scriptedAgent({
      app: (app) =>
        app.onRequest(methods.agent.session.new, () => {
          scripted.die()
          return new Promise(() => undefined)
        }),
    })
    expect(await failureOf(openScripted(scripted))).toMatchObject({
      kind: 'died',
      summary: 'Scripted ended by itself. It exited with code 3.',
      cause: 'its last words',
    })
  })

  it('gives up an opening that is stopped', async () => {
    const stop = new AbortController()
    const scripted = scriptedAgent({
      app: (app) =>
        app.onRequest(methods.agent.session.new, () => {
          stop.abort()
          return new Promise(() => undefined)
        }),
    })
    expect(await failureOf(openScripted(scripted, { signal: stop.signal }))).toMatchObject({
      summary: 'Scripted was stopped while it started.',
    })
  })

  it('takes up the old session where the agent can', async () => {
    const scripted = scriptedAgent({ initialize: resume, app: (app) => app.onRequest('session/resume', () => ({})) })
    const { session } = await openScripted(scripted, { resumeToken: oldToken, transcript: () => 'told' })
    expect(methodsOf(scripted)).toEqual(['initialize', 'session/resume'])
    expect(session).toMatchObject({ origin: 'resumed', runtimeSessionId: 'stored', resumeToken: oldToken })
    await say(session, 'on')
    expect(scripted.reached.at(-1)?.params).toMatchObject({
      sessionId: 'stored',
      prompt: [{ type: 'text', text: 'on' }],
    })
  })

  it('loads it where that is all that the agent can, and shows nothing of the replay, nor what comes of it too late', async () => {
    const chunk = (text: string, messageId?: string) => ({
      sessionId: 'stored',
      update: { sessionUpdate: 'agent_message_chunk' as const, content: { type: 'text' as const, text }, messageId },
    })
    const scripted = scriptedAgent({
      initialize: load,
      app: (app) =>
        app
          .onRequest('session/load', async ({ client }) => {
            await client.notify('session/update', chunk('replayed', 'm1'))
            setTimeout(() => void client.notify('session/update', chunk('late replay', 'm1')), 30)
            return {}
          })
          .onRequest('session/prompt', async ({ client }) => {
            await client.notify('session/update', chunk('later still', 'm1'))
            await client.notify('session/update', chunk('new', 'm2'))
            return { stopReason: 'end_turn' }
          }),
    })
    const { session } = await openScripted(scripted, { resumeToken: oldToken })
    expect(session.origin).toBe('resumed')
    expect((await say(session, 'on')).text).toBe('new')
  })

  it('does not load a session within the minute in which it was made: some agents destroy it', async () => {
    const scripted = scriptedAgent({ initialize: load })
    const resumeToken = JSON.stringify({ sessionId: 'stored', createdAt: Date.now() })
    const { session } = await openScripted(scripted, { resumeToken, transcript: () => 'what was said' })
    expect(methodsOf(scripted)).toEqual(['initialize', 'session/new'])
    expect(session.origin).toBe('told')
  })

  it('tells a new session what was said before when the old one cannot be taken up, once', async () => {
    const scripted = scriptedAgent({
      initialize: resume,
      app: (app) =>
        app.onRequest('session/resume', ({ params }) => {
          throw RequestError.sessionNotFound(params.sessionId)
        }),
    })
    const { session } = await openScripted(scripted, { resumeToken: oldToken, transcript: () => 'what was said' })
    expect(session).toMatchObject({ origin: 'told', runtimeSessionId: sessionId })
    await say(session, 'first')
    await say(session, 'second')
    const prompts = scripted.reached.filter(({ method }) => method === 'session/prompt')
    expect(prompts.map(({ params }) => params.prompt)).toEqual([
      [
        { type: 'text', text: 'what was said' },
        { type: 'text', text: 'first' },
      ],
      [{ type: 'text', text: 'second' }],
    ])
  })

  it('has no token where the agent cannot take a session up again', async () => {
    const { session } = await openScripted(scriptedAgent(), { resumeToken: 'not a token of ours' })
    expect(session).toMatchObject({ origin: 'new', resumeToken: null, can: { resume: false } })
  })

  it('takes one turn at a time', async () => {
    const scripted = scriptedAgent({
      app: (app) => app.onRequest('session/prompt', () => new Promise(() => undefined)),
    })
    const { session } = await openScripted(scripted)
    const first = begin(session, 'one')
    expect(await failureOf(begin(session, 'two').result)).toMatchObject({ kind: 'protocol' })
    first.stop()
  })
})

describe('Models, modes and options of an agent', () => {
  const select = {
    type: 'select' as const,
    id: 'm',
    name: 'Model',
    category: 'model',
    currentValue: 'small',
    options: [
      { group: 'a', name: 'A', options: [{ value: 'small', name: 'Small' }] },
      { group: 'b', name: 'B', options: [{ value: 'large', name: 'Large', description: 'Slow' }] },
    ],
  }
  const flag = { type: 'boolean' as const, id: 'web', name: 'Web', currentValue: false }

  it('chooses the model by the option that is one, whatever its name', async () => {
    const scripted = scriptedAgent({
      app: (app) =>
        app
          .onRequest('session/new', () => ({ sessionId, configOptions: [select, flag] }))
          .onRequest('session/set_config_option', ({ params }) => ({
            configOptions:
              params.configId === 'm'
                ? [{ ...select, currentValue: String(params.value) }, flag]
                : [
                    { ...select, currentValue: 'large' },
                    { ...flag, currentValue: params.value === true },
                  ],
          })),
    })
    const { session, offered, states } = await openScripted(scripted, { model: 'large', options: { web: 'true' } })
    expect(session.model).toBe('large')
    expect(offered?.[0]).toMatchObject({ currentValue: 'small', values: [{ value: 'small' }, { value: 'large' }] })
    expect(scripted.reached.slice(2).map(({ params }) => params)).toMatchObject([
      { configId: 'm', value: 'large' },
      { configId: 'web', type: 'boolean', value: true },
    ])
    expect(states.at(-1)).toMatchObject({ configOptions: [{ currentValue: 'large' }, { currentValue: 'true' }] })
  })

  it('does not pretend when the agent keeps another model', async () => {
    const scripted = scriptedAgent({
      app: (app) =>
        app
          .onRequest('session/new', () => ({ sessionId, configOptions: [select] }))
          .onRequest('session/set_config_option', () => ({ configOptions: [select] })),
    })
    expect(await failureOf(openScripted(scripted, { model: 'large' }))).toMatchObject({
      kind: 'refused',
      summary: 'Scripted did not switch to the model large.',
    })
  })

  it('chooses among the older lists of models and modes', async () => {
    const models = {
      currentModelId: 'pro',
      availableModels: [
        { modelId: 'pro', name: 'Pro' },
        { modelId: 'flash', name: 'Flash' },
      ],
    }
    const modes = {
      currentModeId: 'default',
      availableModes: [
        { id: 'default', name: 'Default' },
        { id: 'plan', name: 'Plan' },
      ],
    }
    const scripted = scriptedAgent({
      app: (app) =>
        app
          .onRequest('session/new', () => ({ sessionId, modes, models }))
          .onRequest(
            'session/set_model',
            (params) => params,
            () => ({}),
          )
          .onRequest('session/set_mode', () => ({})),
    })
    const { session, states } = await openScripted(
      { ...scripted, agent: { ...scripted.agent, mode: 'plan' } },
      { model: 'flash' },
    )
    expect(session.model).toBe('flash')
    expect(methodsOf(scripted)).toEqual(['initialize', 'session/new', 'session/set_model', 'session/set_mode'])
    expect(states.at(-1)).toEqual({ type: 'current_mode_update', currentModeId: 'plan' })
  })
})

function fail(): never {
  throw new Error('Nobody should have called this.')
}
