import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Runtimes } from '../../server/runtimes/runtime.ts'
import { type ModelService, startModelService } from '../fixtures/model-service/model-service.ts'
import { opencodeProvider } from '../fixtures/model-service/opencode.ts'
import { begin, failureOf, isAlive, openChat, RecordingSink, say, someRuntimes, until } from '../runtimes/support.ts'
import { findAgent } from '../support/agents.ts'

const program = findAgent('opencode')
if (!program) process.stderr.write('\nLEFT OUT: opencode is not installed, so no real agent was driven.\n\n')

describe.runIf(program)('opencode, a real agent, through the driver', () => {
  let service: ModelService
  let home: string
  let runtimes: Runtimes

  beforeAll(async () => {
    service = await startModelService()
    home = await mkdtemp(join(tmpdir(), 'heddle-opencode-'))
    const provider = opencodeProvider({ program: program ?? '', baseUrl: service.baseUrl, home })
    runtimes = await someRuntimes({ configured: [provider] })
  })
  afterAll(async () => {
    await service.close()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  })

  async function open(model = 'standin/small', resumeToken: string | null = null, folder?: string) {
    const cwd = folder ?? (await mkdtemp(join(home, 'project-')))
    return { ...(await openChat(runtimes, { provider: 'opencode', model, cwd, resumeToken })), cwd }
  }

  it('answers in a stream, as the model that was chosen', async () => {
    const { session } = await open('standin/large')
    const sink = await say(session, 'SLOW 20')
    expect(sink.text).toBe(Array.from({ length: 20 }, (_, index) => `w${index + 1} `).join(''))
    expect(sink.ofType('agent_message_chunk').length).toBeGreaterThan(5)
    expect(session.model).toBe('standin/large')
    expect(service.turns().at(-1)).toMatchObject({ model: 'large', lastUserText: 'SLOW 20' })
    expect(runtimes.provider('opencode')?.models.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['standin/small', 'standin/large']),
    )
    expect(runtimes.provider('opencode')).toMatchObject({ defaultModel: 'standin/small', can: { resume: true } })
  })

  it('runs what was allowed, and not before', async () => {
    const { session, cwd } = await open()
    const made = join(cwd, 'made')
    const sink = new RecordingSink()
    let wasThere = true
    const request = sink.requestPermission.bind(sink)
    sink.requestPermission = async (asked) => {
      wasThere = existsSync(made)
      return request(asked)
    }
    await say(session, `RUN echo allowed > ${made}; echo out`, sink)
    expect(sink.permissions[0]).toMatchObject({
      kind: 'execute',
      subject: { command: `echo allowed > ${made}; echo out` },
    })
    expect([wasThere, existsSync(made), sink.delivered]).toEqual([false, true, 1])
    expect(sink.text).toContain('tool said: out')
    expect(sink.ofType('tool_call_update').at(-1)).toMatchObject({ status: 'completed' })
  })

  it('does not run what was rejected', async () => {
    const { session, cwd } = await open()
    const made = join(cwd, 'made')
    const sink = new RecordingSink()
    sink.decision = 'reject_once'
    await say(session, `RUN echo rejected > ${made}`, sink)
    expect(sink.permissions).toHaveLength(1)
    expect(existsSync(made)).toBe(false)
    expect((await say(session, 'go on')).text).toBe('echo: go on')
  })

  it('stops in mid-run, hangs up on its model, and takes the next turn', async () => {
    const { session } = await open()
    const turn = begin(session, 'SLOW 2000')
    await until(() => turn.sink.text.includes('w5 '))
    const request = service.turns().at(-1)
    turn.stop()
    expect((await turn.result).stopReason).toBe('cancelled')
    await until(() => request?.cut === true)
    const heard = turn.sink.text
    expect((await say(session, 'after')).text).toBe('echo: after')
    expect(turn.sink.text).toBe(heard)
  })

  it('never mixes two chats that run at once: each model hears its own alone', async () => {
    const [one, other] = await Promise.all([open('standin/small'), open('standin/large')])
    for (const round of ['first', 'second']) {
      await Promise.all([
        say(one.session, `the lilac thread, ${round}`),
        say(other.session, `the amber thread, ${round}`),
      ])
    }
    expect(one.session.runtimeSessionId).not.toBe(other.session.runtimeSessionId)
    const heardBy = (word: string) => service.turns().filter(({ allText }) => allText.includes(word))
    expect(heardBy('lilac')).toHaveLength(2)
    expect(heardBy('amber')).toHaveLength(2)
    expect(heardBy('lilac').every(({ model, allText }) => model === 'small' && !allText.includes('amber'))).toBe(true)
    expect(heardBy('amber').every(({ model, allText }) => model === 'large' && !allText.includes('lilac'))).toBe(true)
    expect(heardBy('lilac').at(-1)?.allText).toContain('the lilac thread, first')
  })

  it('switches its model for the next turn', async () => {
    const { session } = await open()
    await say(session, 'with the small one')
    await session.setModel('standin/large')
    await say(session, 'with the large one')
    expect(
      service
        .turns()
        .slice(-2)
        .map(({ model }) => model),
    ).toEqual(['small', 'large'])
  })

  it('takes the same session up again after its process has ended', async () => {
    const { session, processes, cwd } = await open()
    await say(session, 'remember the teal thread')
    const { resumeToken, runtimeSessionId } = session
    await session.close()
    expect(isAlive(processes[0]?.pid ?? 0)).toBe(false)
    const again = await open('standin/small', resumeToken, cwd)
    expect(again.session).toMatchObject({ origin: 'resumed', runtimeSessionId })
    const sink = await say(again.session, 'and now?')
    expect(sink.text).toBe('echo: and now?')
    expect(service.turns().at(-1)?.allText).toContain('remember the teal thread')
  })

  it('says so in its own words when its model service refuses', async () => {
    const { session } = await open()
    expect(await failureOf(begin(session, 'FAIL 400').result)).toMatchObject({
      kind: 'refused',
      cause: expect.stringContaining('The stand-in fails with 400'),
    })
  })

  it('can be stopped while it tries a busy model service again and again', async () => {
    const { session } = await open()
    const before = service.turns().length
    const turn = begin(session, 'FAIL 500')
    await until(() => service.turns().length > before + 1)
    turn.stop()
    expect((await turn.result).stopReason).toBe('cancelled')
  })
})
