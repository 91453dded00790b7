import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentApp, type AgentContext, RequestError, type SessionUpdate } from '@agentclientprotocol/sdk'
import { describe, expect, it } from 'vitest'
import { openScripted, scriptedAgent, sessionId } from './scripted-agent.ts'
import { begin, failureOf, RecordingSink, say, temporaryFolder, until } from './support.ts'

type Options = Parameters<typeof scriptedAgent>[0]
const both = [
  { optionId: 'y', name: 'Yes', kind: 'allow_once' as const },
  { optionId: 'Y', name: 'Always', kind: 'allow_always' as const },
  { optionId: 'n', name: 'No', kind: 'reject_once' as const },
]

/** A chat on an agent that does this in each turn. */
async function chatWhose(turn: (client: AgentContext) => Promise<unknown>, options: Options = {}) {
  const app = (own: AgentApp) =>
    own.onRequest('session/prompt', async ({ client }) => {
      const answer = await turn(client)
      return (answer ?? { stopReason: 'end_turn' }) as { stopReason: 'end_turn' }
    })
  const scripted = scriptedAgent({ ...options, app })
  return { scripted, ...(await openScripted(scripted)) }
}

async function heard(...updates: (SessionUpdate | Record<string, unknown>)[]): Promise<RecordingSink> {
  const { session } = await chatWhose(async (client) => {
    for (const update of updates) await client.notify('session/update', { sessionId, update: update as SessionUpdate })
  })
  return say(session, 'go')
}

const text = (words: string) => ({ type: 'text' as const, text: words })
const chunk = (words: string, messageId?: string) => ({
  sessionUpdate: 'agent_message_chunk' as const,
  content: text(words),
  messageId,
})
const call = { sessionUpdate: 'tool_call' as const, toolCallId: 't', title: 'Look' }

describe('What an agent says in a turn', () => {
  it('keeps two messages of one turn apart', async () => {
    expect((await heard(chunk('One', 'a'), chunk('.', 'a'), chunk('Two', 'b'))).text).toBe('One.\n\nTwo')
  })

  it('ignores an update of a kind that is not known, and the echo of the prompt', async () => {
    const sink = await heard(
      { sessionUpdate: 'teleport' },
      { sessionUpdate: 'user_message_chunk', content: text('go') },
      chunk('on'),
    )
    expect(sink.updates).toEqual([{ type: 'agent_message_chunk', text: 'on' }])
  })

  it('shows links and embedded files in a message as Markdown, and pictures as a note', async () => {
    const sink = await heard(
      { sessionUpdate: 'agent_message_chunk', content: { type: 'resource_link', name: 'notes', uri: 'file:///n.md' } },
      {
        sessionUpdate: 'agent_message_chunk',
        content: { type: 'resource', resource: { uri: 'file:///a', text: 'A' } },
      },
      { sessionUpdate: 'agent_message_chunk', content: { type: 'image', mimeType: 'image/png', data: 'AAAA' } },
    )
    expect(sink.text).toBe('[notes](file:///n.md)\n\n````\nA\n````\n\n[image/png, 4 bytes]')
  })

  it('bounds what a tool call shows, and keeps both ends of a long output', async () => {
    const content = [
      { type: 'content', content: text(`start${'x'.repeat(600_000)}end`) },
      { type: 'content', content: { type: 'image', mimeType: 'image/png', data: 'A'.repeat(3_000_000) } },
      { type: 'content', content: { type: 'image', mimeType: 'image/png', data: 'AAAA' } },
      { type: 'content', content: { type: 'resource', resource: { uri: 'file:///a', text: 'A' } } },
      { type: 'diff', path: '/a', oldText: null, newText: 'new' },
    ]
    const sink = await heard({ ...call, content, rawOutput: { output: 'x'.repeat(600_000) } })
    const [tool] = sink.ofType('tool_call')
    const [long, large, small, resource, diff] = tool?.content ?? []
    const words = long?.type === 'text' ? long.text : ''
    expect(words.length).toBeLessThan(300_000)
    expect([words.startsWith('start'), words.endsWith('end')]).toEqual([true, true])
    expect(large).toEqual({ type: 'text', text: '[image/png, 2,930 KB]' })
    expect(small).toMatchObject({ type: 'image' })
    expect(resource).toEqual({ type: 'resource', uri: 'file:///a', text: 'A' })
    expect(diff).toEqual({ type: 'diff', path: '/a', oldText: null, newText: 'new' })
    expect(tool?.rawOutput).toBe('[586 KB, left out]')
  })

  const diffOf = (oldText: string, newText: string) => ({ type: 'diff', path: '/a', oldText, newText })
  const edited = async (...diffs: ReturnType<typeof diffOf>[]) => {
    const [first, ...rest] = diffs.map((diff) => [diff])
    const later = rest.map((content) => ({ sessionUpdate: 'tool_call_update', toolCallId: 't', content }))
    const sink = await heard({ ...call, kind: 'edit', content: first }, ...later)
    return sink.ofType('tool_call_update').at(-1)?.content
  }

  it('keeps where an edit was when the agent tells the same edit again with less', async () => {
    const whole = diffOf('one\ntwo\nthree\ntwo\n', 'one\n$&\nthree\ntwo\n')
    expect(await edited(whole, diffOf('two', '$&'))).toEqual([whole])
    const everywhere = diffOf('a\nb\na\n', 'c\nb\nc\n')
    expect(await edited(everywhere, diffOf('a', 'c'))).toEqual([everywhere])
  })

  it('takes another edit of the same file for another', async () => {
    const whole = diffOf('one\ntwo\n', 'one\nTWO\n')
    for (const other of [diffOf('one', 'ONE'), diffOf('three', 'THREE'), diffOf('', 'one\nTWO\n')])
      expect(await edited(whole, other)).toEqual([other])
  })

  it('shows the output of a terminal that the agent runs itself', async () => {
    const content = [{ type: 'terminal', terminalId: 'x' }]
    const output = (data: string) => ({
      sessionUpdate: 'tool_call_update',
      toolCallId: 't',
      _meta: { terminal_output: { terminal_id: 'x', data } },
    })
    const sink = await heard({ ...call, content }, output('one\n'), output('two\n'))
    expect(sink.ofType('tool_call')[0]?.content).toEqual([{ type: 'terminal', terminalId: 'x' }])
    expect(sink.ofType('tool_call_update').at(-1)?.content).toEqual([
      { type: 'terminal', terminalId: 'x', text: 'one\ntwo\n' },
    ])
  })

  it('passes notices and compactions on, the summary in one piece', async () => {
    const sink = await heard(
      { sessionUpdate: 'notice', severity: 'warning', title: 'Slow', description: 'The model is busy.' },
      { sessionUpdate: 'compaction_summary_chunk', compactionId: 'c', content: text('It was ') },
      { sessionUpdate: 'compaction_summary_chunk', compactionId: 'c', content: text('long.') },
      { sessionUpdate: 'compaction_update', compactionId: 'c', status: 'completed' },
    )
    expect(sink.updates).toEqual([
      { type: 'notice', level: 'warning', title: 'Slow', text: 'The model is busy.' },
      { type: 'compaction_update', status: 'completed', text: 'It was long.' },
    ])
  })

  it('tells tokens and cost', async () => {
    const { session, states } = await chatWhose(async (client) => {
      const update = {
        sessionUpdate: 'usage_update' as const,
        used: 7,
        size: 100,
        cost: { amount: 0.5, currency: 'USD' },
      }
      await client.notify('session/update', { sessionId, update })
      return {
        stopReason: 'max_tokens',
        usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7, thoughtTokens: null },
      }
    })
    expect(await begin(session, 'go').result).toEqual({
      stopReason: 'max_tokens',
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    })
    const usage = { contextUsed: 7, contextSize: 100, cost: { amount: 0.5, currency: 'USD' } }
    expect(states).toEqual([{ type: 'usage_update', usage }])
  })

  it('has every update before the turn ends, also those that come with the end', async () => {
    const updates = Array.from({ length: 300 }, (_, index) => chunk(`${index} `))
    expect((await heard(...updates)).text).toBe(updates.map(({ content }) => content.text).join(''))
  })

  it('hears nothing of the sessions that an agent runs for itself', async () => {
    const { session } = await chatWhose(async (client) => {
      await client.notify('session/update', { sessionId: 'sub-agent', update: chunk('inner') })
    })
    expect((await say(session, 'go')).text).toBe('')
  })

  it('offers no files and no terminals, and says so to an agent that asks all the same', async () => {
    const errors: unknown[] = []
    const { session } = await chatWhose(async (client) => {
      const asked = [
        client.request('fs/read_text_file', { sessionId, path: '/etc/passwd' }),
        client.request('fs/write_text_file', { sessionId, path: '/tmp/x', content: '' }),
        client.request('terminal/create', { sessionId, command: 'ls' }),
      ]
      for (const result of await Promise.allSettled(asked))
        errors.push(result.status === 'rejected' && result.reason.code)
    })
    await say(session, 'go')
    expect(errors).toEqual([-32601, -32601, -32601])
  })

  it('sends attachments as links, and pictures as pictures to an agent that sees them', async () => {
    const path = join(await temporaryFolder(), 'a b.png')
    await writeFile(path, 'png')
    const files = [{ path, name: 'a b.png', mimeType: 'image/png' }]
    for (const image of [false, true]) {
      const { scripted, session } = await chatWhose(async () => undefined, {
        initialize: { agentCapabilities: { promptCapabilities: { image } } },
      })
      await session.prompt({ turnId: 'run_1', text: 'see', files }, new RecordingSink(), new AbortController().signal)
      const prompt = scripted.reached.at(-1)?.params.prompt as unknown[]
      expect(prompt[1]).toMatchObject(
        image
          ? { type: 'image', mimeType: 'image/png', data: 'cG5n' }
          : { type: 'resource_link', name: 'a b.png', uri: expect.stringMatching(/^file:.*a%20b\.png$/), size: 3 },
      )
    }
  })
})

describe('What an agent asks', () => {
  const ask = (toolCall: object) => (client: AgentContext) =>
    client.request('session/request_permission', {
      sessionId,
      toolCall: { toolCallId: 'p', ...toolCall },
      options: both,
    })

  it('is asked with its tool call, also when the agent has told of none before', async () => {
    const answers: unknown[] = []
    const { session } = await chatWhose(async (client) => {
      answers.push(await ask({ title: 'rm x', kind: 'execute', rawInput: { command: ['rm', 'x'], cwd: '/w' } })(client))
    })
    const { permissions, delivered } = await say(session, 'go')
    expect(permissions[0]).toMatchObject({
      toolCall: { toolCallId: 'p', title: 'rm x' },
      subject: { command: 'rm', args: ['x'], cwd: '/w', rawInput: { command: ['rm', 'x'], cwd: '/w' } },
    })
    expect(answers).toEqual([{ outcome: { outcome: 'selected', optionId: 'y' } }])
    expect(delivered).toBe(1)
  })

  it('knows from the call before what the request leaves out', async () => {
    const { session } = await chatWhose(async (client) => {
      const update = { ...call, toolCallId: 'p', kind: 'execute' as const, rawInput: { command: 'ls', cwd: '/w' } }
      await client.notify('session/update', { sessionId, update })
      await ask({ rawInput: { command: 'ls -la' } })(client)
    })
    expect((await say(session, 'go')).permissions[0]).toMatchObject({
      title: 'Look',
      kind: 'execute',
      subject: { command: 'ls -la', cwd: '/w' },
    })
  })

  it('asks for a folder, then for the command that needs it, as two things; the call stays the command that it is', async () => {
    const known = { command: 'touch /x/q', description: 'Makes a file', cwd: '/w' }
    const places = { directories: ['/x'], patterns: ['/x/*'] }
    const { session } = await chatWhose(async (client) => {
      const locations = [{ path: '/w' }]
      const update = { ...call, toolCallId: 'p', kind: 'execute' as const, locations, rawInput: known }
      await client.notify('session/update', { sessionId, update })
      const command = 'touch /x/q'
      await ask({ kind: 'other', locations: [{ path: '/x' }], rawInput: { command, ...places } })(client)
      await ask({ kind: 'execute', locations: [], rawInput: { command } })(client)
    })
    const [folder, command] = (await say(session, 'go')).permissions
    expect(folder).toMatchObject({ kind: 'other', subject: { directories: ['/x'], command: 'touch /x/q', cwd: '/w' } })
    expect(folder?.subject.rawInput).toEqual({ ...known, ...places })
    expect(folder?.toolCall).toMatchObject({ kind: 'execute', locations: [{ path: '/w' }], rawInput: known })
    expect(command?.kind).toBe('execute')
    expect(command?.subject).toEqual({ command: 'touch /x/q', cwd: '/w', rawInput: known })
  })

  it('asks for the folder of a file outside its own', async () => {
    const rawInput = { filepath: '/x/w.txt', parentDir: '/x' }
    const { session } = await chatWhose(ask({ title: '/x', kind: 'other', rawInput }))
    const [permission] = (await say(session, 'go')).permissions
    expect(permission?.subject).toEqual({ directories: ['/x'], path: '/x/w.txt', rawInput })
  })

  it('shows the edit that is asked for, whole', async () => {
    const content = [{ type: 'diff', path: '/a', oldText: 'old', newText: 'n'.repeat(400_000) }]
    const { session } = await chatWhose(ask({ title: 'Edit', kind: 'edit', content, locations: [{ path: '/a' }] }))
    const [permission] = (await say(session, 'go')).permissions
    expect(permission?.subject).toMatchObject({
      path: '/a',
      diff: content[0] && { oldText: 'old', newText: content[0].newText },
    })
  })

  it('offers no “always” that could not be listed nor revoked', async () => {
    const { session } = await chatWhose(ask({ title: 'ls' }))
    const [permission] = (await say(session, 'go')).permissions
    expect(permission?.options.map(({ kind }) => kind)).toEqual(['allow_once', 'reject_once'])
  })

  it('rejects what nobody could have read, and says so', async () => {
    const answers: unknown[] = []
    const { session } = await chatWhose(async (client) => {
      answers.push(await ask({ title: 'huge', rawInput: { command: 'x'.repeat(2_000_000) } })(client))
    })
    const sink = await say(session, 'go')
    expect(sink.permissions).toEqual([])
    expect(answers).toEqual([{ outcome: { outcome: 'selected', optionId: 'n' } }])
    expect(sink.ofType('notice')).toMatchObject([{ title: 'Rejected unread' }])
  })

  it('gets no answer outside of a turn: nothing runs', async () => {
    const { scripted } = await chatWhose(async () => undefined)
    expect(await ask({ title: 'ls' })(scripted.client())).toEqual({ outcome: { outcome: 'cancelled' } })
  })

  it('is not said to be delivered when the agent died with the card open', async () => {
    const { session, scripted } = await chatWhose(ask({ title: 'ls' }))
    const sink = new RecordingSink()
    let decide: () => void = () => undefined
    sink.requestPermission = () =>
      new Promise((resolve) => {
        decide = () => resolve({ outcome: 'selected', optionId: 'y', reason: null, delivered: () => sink.delivered++ })
      })
    const turn = begin(session, 'go', sink)
    await until(() => scripted.reached.some(({ method }) => method === 'session/prompt'))
    await new Promise((resolve) => setImmediate(resolve))
    scripted.die()
    decide()
    expect(await failureOf(turn.result)).toMatchObject({ kind: 'died', cause: 'its last words' })
    expect(sink.delivered).toBe(0)
  })

  it('asks a form as a question, and declines what is no form', async () => {
    const answers: unknown[] = []
    const { session } = await chatWhose(async (client) => {
      const requestedSchema = {
        type: 'object' as const,
        properties: { n: { type: 'integer' as const, title: null, minimum: 1 } },
      }
      answers.push(
        await client.request('elicitation/create', { sessionId, mode: 'form', message: 'How many?', requestedSchema }),
      )
      const url = { sessionId, mode: 'url' as const, message: 'Go there', url: 'https://x.test', elicitationId: 'e' }
      answers.push(await client.request('elicitation/create', url))
    })
    const sink = new RecordingSink()
    sink.answer = { action: 'accept', content: { n: 3 } }
    await say(session, 'go', sink)
    expect(sink.questions).toEqual([
      { message: 'How many?', schema: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } } },
    ])
    expect(answers).toEqual([{ action: 'accept', content: { n: 3 } }, { action: 'decline' }])
  })
})

describe('How a turn ends', () => {
  it('is cancelled when it was stopped, also where the agent answers the cancel with an error', async () => {
    let cancel: () => void = () => undefined
    const { session, scripted } = await chatWhose(
      () =>
        new Promise((_resolve, reject) => (cancel = () => reject(RequestError.internalError({ details: 'aborted' })))),
    )
    const turn = begin(session, 'go')
    await until(() => scripted.reached.some(({ method }) => method === 'session/prompt'))
    turn.stop()
    await until(() => scripted.reached.some(({ method }) => method === 'session/cancel'))
    cancel()
    expect((await turn.result).stopReason).toBe('cancelled')
  })

  it('is what the agent says it is', async () => {
    for (const stopReason of ['refusal', 'max_turn_requests', 'cancelled'] as const) {
      const { session } = await chatWhose(async () => ({ stopReason }))
      expect((await begin(session, 'go').result).stopReason).toBe(stopReason)
    }
  })

  it('is a failure worth another try when the model service was busy, however the agent says it', async () => {
    const errors = [
      new RequestError(-32603, 'Internal error', { details: 'API Error: 529 overloaded' }),
      new RequestError(-32603, 'Provider failed', { error: { statusCode: 503 }, retryAfter: 2 }),
      new RequestError(-32603, 'fetch failed: ECONNRESET'),
    ]
    const failures = await Promise.all(
      errors.map(async (error) => {
        const { session } = await chatWhose(() => Promise.reject(error))
        return failureOf(begin(session, 'go').result)
      }),
    )
    expect(failures).toMatchObject([
      { kind: 'transient', status: 529, cause: 'Internal error: API Error: 529 overloaded' },
      { kind: 'transient', status: 503, retryAfterMs: 2000 },
      { kind: 'transient' },
    ])
  })

  it('survives an update that breaks the protocol', async () => {
    const sink = await heard({ sessionUpdate: 'plan', entries: 'none' }, chunk('still here'))
    expect(sink.text).toBe('still here')
  })
})
