import { describe, expect, it, vi } from 'vitest'
import { begin, failureOf, openChat, RecordingSink, say, someRuntimes, until } from './support.ts'

async function demo(request: Parameters<typeof openChat>[1] = {}) {
  return openChat(await someRuntimes(), request)
}

describe('The demo agent in the server, through the driver', () => {
  it('counts, each number a chunk of its own', async () => {
    const { session } = await demo()
    const sink = await say(session, '/demo count 5 @0')
    expect(sink.ofType('agent_message_chunk').map(({ text }) => text)).toEqual(['1 ', '2 ', '3 ', '4 ', '5 '])
  })

  it('can be stopped while it says as much as it can, like one in a process of its own', async () => {
    const { session } = await demo()
    const turn = begin(session, '/demo count 200000 @0')
    await until(() => turn.sink.updates.length > 100)
    turn.stop()
    expect(await turn.result).toMatchObject({ stopReason: 'cancelled' })
    expect(turn.sink.updates.length).toBeLessThan(200_000)
  })

  it('counts to numbers that no memory could hold', async () => {
    const { session } = await demo()
    const turn = begin(session, '/demo count 5000000000 @500')
    await until(() => turn.sink.text.includes('20 '))
    turn.stop()
    await turn.result
  })

  it('counts at the rate that was asked for', async () => {
    const { session } = await demo()
    const startedAt = performance.now()
    await say(session, '/demo count 20 @100')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(185)
  })

  it('says and thinks, word by word', async () => {
    const { session } = await demo()
    const sink = await say(session, '/demo think I see a lane; say every thread in its own')
    expect(sink.text).toBe('every thread in its own')
    expect(sink.ofType('agent_message_chunk').length).toBe(5)
    expect(
      sink
        .ofType('agent_thought_chunk')
        .map(({ text }) => text)
        .join(''),
    ).toBe('I see a lane')
  })

  it('plans, runs a tool and shows an edit as a diff', async () => {
    const { session } = await demo({ cwd: '/tmp' })
    const sink = await say(session, '/demo plan Look | Change; tool Run npm test 10; diff src/a.ts')
    expect(sink.ofType('plan')[0]?.entries).toEqual([
      { content: 'Look', priority: 'medium', status: 'in_progress' },
      { content: 'Change', priority: 'medium', status: 'pending' },
    ])
    const [tool, edit] = sink.ofType('tool_call')
    expect(tool).toMatchObject({ title: 'Run npm test', status: 'in_progress' })
    expect(sink.ofType('tool_call_update')[0]).toMatchObject({ toolCallId: tool?.toolCallId, status: 'completed' })
    expect(edit).toMatchObject({ kind: 'edit', content: [{ type: 'diff', path: '/tmp/src/a.ts' }] })
  })

  it('asks permission with the whole command, and says that it ran when allowed', async () => {
    const { session } = await demo({ cwd: '/tmp' })
    const command = `echo ${'x'.repeat(16 * 1024)}`
    const sink = await say(session, `/demo ask ${command}`)
    expect(sink.permissions[0]).toMatchObject({ kind: 'execute', subject: { command, cwd: '/tmp' } })
    expect(sink.text).toBe(`ran: ${command}`)
    expect(sink.delivered).toBe(1)
  })

  it('does not run what was rejected, and hears the reason', async () => {
    const { session } = await demo()
    const sink = new RecordingSink()
    sink.decision = 'reject_once'
    sink.reason = 'Use the staging database.'
    await say(session, '/demo ask drop table', sink)
    expect(sink.text).toBe('rejected: drop table\n\nreason: Use the staging database.')
    expect(sink.ofType('tool_call_update').at(-1)).toMatchObject({ status: 'failed' })
    expect((await say(session, '/demo recall')).text).toContain('About “drop table”: Use the staging database.')
  })

  it('asks a question with its choices and says the answer', async () => {
    const { session } = await demo()
    const sink = new RecordingSink()
    sink.answer = { action: 'accept', content: { answer: 'blue' } }
    await say(session, '/demo question Which colour? | red | blue', sink)
    expect(sink.questions).toEqual([
      {
        message: 'Which colour?',
        schema: {
          type: 'object',
          properties: { answer: { type: 'string', title: 'Answer', enum: ['red', 'blue'] } },
          required: ['answer'],
        },
      },
    ])
    expect(sink.text).toBe('answer: blue')
  })

  it('stops in the middle of a count, and keeps what was said', async () => {
    const { session } = await demo()
    const turn = begin(session, '/demo count 1000')
    await until(() => turn.sink.text.includes('3 '))
    turn.stop()
    expect((await turn.result).stopReason).toBe('cancelled')
    expect(turn.sink.text).toMatch(/^1 2 3 /)
    expect((await say(session, '/demo say again')).text).toBe('again')
  })

  it('stops while a permission or a question waits', async () => {
    const { session } = await demo()
    for (const script of ['/demo ask ls', '/demo question Well?']) {
      const sink = new RecordingSink()
      sink.decision = 'wait'
      sink.answer = 'wait'
      const turn = begin(session, script, sink)
      await until(() => sink.permissions.length + sink.questions.length === 1)
      turn.stop()
      expect((await turn.result).stopReason).toBe('cancelled')
      expect(sink.text).toBe('')
    }
  })

  it('ignores a cancel when it hangs, until it is closed', async () => {
    const { session } = await demo()
    const turn = begin(session, '/demo say here; hang')
    await until(() => turn.sink.text === 'here')
    turn.stop()
    const first = await Promise.race([turn.result.then(() => 'ended'), new Promise((r) => setTimeout(r, 100, 'hangs'))])
    expect(first).toBe('hangs')
    await session.close()
    expect((await turn.result).stopReason).toBe('cancelled')
    expect(await session.closed).toMatchObject({ how: 'closed' })
  })

  it('dies in mid-turn with its own last words', async () => {
    const { session } = await demo()
    const turn = begin(session, '/demo say so far; crash')
    expect(await failureOf(turn.result)).toMatchObject({ kind: 'died', cause: 'demo agent: crashing as asked' })
    expect(turn.sink.text).toBe('so far')
    expect(await session.closed).toMatchObject({ how: 'died' })
  })

  it('cannot write into the next turn with what it says too late', async () => {
    const { session } = await demo()
    const turn = begin(session, '/demo late 2500; count 1000')
    await until(() => turn.sink.text.includes('5 '))
    turn.stop()
    await turn.result
    const heard = turn.sink.text
    const next = await say(session, '/demo count 30 @100')
    expect(turn.sink.text).toBe(heard)
    expect(next.text).not.toContain('late')
    expect(next.text).toBe(Array.from({ length: 30 }, (_, index) => `${index + 1} `).join(''))
  })

  it('splits a flood into chunks that fit a frame', async () => {
    const { session } = await demo()
    const sink = await say(session, '/demo flood 300')
    expect(sink.text.length).toBe(300 * 1024)
    expect(Math.max(...sink.updates.map((update) => ('text' in update ? (update.text ?? '').length : 0)))).toBe(
      16 * 1024,
    )
  })

  it('is ended when it floods one line without end', async () => {
    const { session } = await demo()
    expect(await failureOf(begin(session, '/demo flood 20000').result)).toMatchObject({ kind: 'flood' })
    expect(await session.closed).toMatchObject({ how: 'died' })
  })

  it('leaves out lines that are no protocol and says how many', async () => {
    const { session } = await demo()
    const sink = await say(session, '/demo garbage; say still here')
    expect(sink.text).toBe('still here')
    expect(sink.ofType('notice')).toMatchObject([{ level: 'warning', text: expect.stringContaining('3 lines') }])
  })

  it('is ended when it speaks nonsense only', async () => {
    const { session } = await demo()
    expect(await failureOf(begin(session, '/demo garbage 5000').result)).toMatchObject({ kind: 'protocol' })
  })

  it('tells its new identity when it begins another session of its own', async () => {
    const { session, states } = await demo()
    const before = session.runtimeSessionId
    const sink = await say(session, '/demo rotate; whoami')
    expect(session.runtimeSessionId).not.toBe(before)
    expect(sink.text).toContain(`runtime=${session.runtimeSessionId}`)
    expect(states).toContainEqual(
      expect.objectContaining({ type: 'identity', runtimeSessionId: session.runtimeSessionId }),
    )
    expect((await say(session, '/demo say on')).text).toBe('on')
  })

  it('suggests a title', async () => {
    const { session, states } = await demo()
    await say(session, '/demo title Threads and lanes')
    expect(states).toContainEqual({ type: 'title', title: 'Threads and lanes' })
  })

  it('fails as a model service does, so often, then goes on', async () => {
    const { session } = await demo()
    const prompt = '/demo fail 429 2; say at last'
    for (let time = 0; time < 2; time++) {
      expect(await failureOf(begin(session, prompt).result)).toMatchObject({ kind: 'transient', status: 429 })
    }
    expect((await say(session, prompt)).text).toBe('at last')
    expect(await failureOf(begin(session, '/demo fail 400').result)).toMatchObject({ kind: 'refused', status: 400 })
    expect(await failureOf(begin(session, '/demo fail 401').result)).toMatchObject({ kind: 'needs_login' })
  })

  it('knows as what and for which turn it runs', async () => {
    const { session } = await demo({ model: 'worker' })
    const sink = new RecordingSink()
    await session.prompt({ turnId: 'run_x', text: '/demo whoami', files: [] }, sink, new AbortController().signal)
    expect(sink.text).toBe(`provider=demo model=worker runtime=${session.runtimeSessionId} turn=run_x`)
  })

  it('recalls what it was given, and nothing of another session', async () => {
    const [one, other] = [await demo(), await demo()]
    await say(one.session, '/demo say first')
    await say(other.session, '/demo say second')
    expect((await say(one.session, '/demo recall')).text).toBe('/demo say first\n/demo recall')
    expect((await say(other.session, '/demo recall')).text).toBe('/demo say second\n/demo recall')
  })

  it('shows the gallery, whole', async () => {
    const { session } = await demo()
    const { text } = await say(session, '/demo gallery')
    for (const part of ['# Gallery', '| Provider |', '```ts', '- [x]', '$$', '> >']) expect(text).toContain(part)
  })

  it('tells usage, options, modes and commands', async () => {
    const { session, states } = await demo()
    expect(states).toContainEqual(expect.objectContaining({ type: 'config_option_update' }))
    expect(states).toContainEqual(expect.objectContaining({ type: 'current_mode_update', currentModeId: 'ask' }))
    const turn = begin(session, '/demo say words')
    expect((await turn.result).usage).toMatchObject({ outputTokens: 2 })
    expect(states).toContainEqual({ type: 'usage_update', usage: { contextUsed: 5, contextSize: 128_000 } })
    // Told at the agent's own time, not before the session's answer.
    await vi.waitFor(() =>
      expect(states).toContainEqual(expect.objectContaining({ type: 'available_commands_update' })),
    )
  })

  it('switches model, option and mode for the next turn, and refuses what it does not have', async () => {
    const { session, states } = await demo({ model: 'interviewer', options: { pace: 'fast' } })
    expect(session.model).toBe('interviewer')
    await session.setModel('worker')
    expect((await say(session, '/demo whoami')).text).toContain('model=worker')
    await session.setMode('trust')
    expect(states).toContainEqual({ type: 'current_mode_update', currentModeId: 'trust' })
    const sink = await say(session, '/demo ask ls')
    expect(sink.permissions).toEqual([])
    for (const refused of [session.setModel('gpt'), session.setOption('colour', 'red'), session.setMode('yolo')]) {
      expect(await failureOf(refused)).toMatchObject({ kind: 'refused' })
    }
  })

  it('explains Heddle as the guide', async () => {
    const { session } = await demo({ options: { pace: 'fast' } })
    expect((await say(session, 'Hello!')).text).toContain('## Welcome to Heddle')
    expect((await say(session, 'How do I install Claude?')).text).toContain('## Real agents')
    expect((await say(session, 'Write me a poem')).text).toContain('only the built-in guide')
  })

  it('works as the worker: thinks, plans, runs tools, asks, edits', async () => {
    const { session } = await demo({ model: 'worker', options: { pace: 'fast' } })
    const sink = await say(session, 'Give every thread its own lane')
    expect(new Set(sink.updates.map(({ type }) => type))).toEqual(
      new Set(['agent_thought_chunk', 'plan', 'agent_message_chunk', 'tool_call', 'tool_call_update']),
    )
    expect(sink.permissions).toHaveLength(1)
    expect(
      sink
        .ofType('plan')
        .at(-1)
        ?.entries.every(({ status }) => status === 'completed'),
    ).toBe(true)
  })

  it('asks as the interviewer', async () => {
    const { session } = await demo({ model: 'interviewer', options: { pace: 'fast' } })
    const sink = new RecordingSink()
    sink.answer = { action: 'accept', content: { answer: 'A program' } }
    await say(session, 'Go', sink)
    expect(sink.questions).toHaveLength(2)
    expect(sink.text).toContain('**A program**')
  })
})
