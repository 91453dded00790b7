import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { SessionAnswer } from '../../shared/api.ts'
import type { Session } from '../../shared/model.ts'
import { commandLine, runningHeddle } from './support/running.ts'

const json = <T = Record<string, unknown>>(text: string) => JSON.parse(text) as T

describe('help and mistakes', () => {
  test('heddle alone lists its commands; each has help', async () => {
    const overview = await commandLine([])
    expect(overview.code).toBe(0)
    for (const name of ['serve', 'open', 'new', 'send', 'ask', 'tail', 'ls', 'approve', 'answer', 'cancel', 'key']) {
      expect(overview.out).toMatch(new RegExp(`^  ${name} `, 'm'))
      const help = await commandLine([name, '--help'])
      expect(help.out).toContain(`heddle ${name}`)
      expect(help.out).toContain('--json')
    }
    expect((await commandLine(['--version'])).out).toBe('0.0.0+test\n')
  })

  test('a mistake is told with what to do, and ends with 2', async () => {
    for (const [args, words] of [
      [['frobnicate'], 'is no command'],
      [['ls', '--frob'], 'heddle ls --help'],
      [['ask'], 'The session is missing'],
      [['ask', 'ses_short', 'hi'], 'is no session'],
      [['send', 'ses_AAAAAAAAAAAAAAAAAAAAAA'], 'The text is missing'],
      [['key'], 'create, list or revoke'],
      [['key', 'create'], '--name is missing'],
      [['serve', '--port', 'x'], '--port is a whole number'],
      [['serve', '--host', '0.0.0.0'], '--tls-cert'],
    ] as const) {
      const { code, err, out } = await commandLine([...args])
      expect([code, out], args.join(' ')).toEqual([2, ''])
      expect(err).toContain(words)
    }
  })

  test('without a server it says how to start one, and ends with 3', async () => {
    const data = await mkdtemp(join(tmpdir(), 'heddle-none-'))
    const { code, err } = await commandLine(['ls', '--data', data])
    expect(code).toBe(3)
    expect(err).toContain('heddle serve')
  })

  test('what is not built yet says so', async () => {
    for (const name of ['export', 'audit', 'doctor'])
      expect(await commandLine([name])).toEqual({ code: 1, out: '', err: `heddle ${name} is not built yet.\n` })
  })
})

describe('a chat from the command line', () => {
  test('new, ask, ls: the answer is standard output, nothing else is', async () => {
    const { heddleCli } = await runningHeddle()
    const made = await heddleCli(['new', '--provider', 'demo', '--model', 'worker'])
    const id = made.out.trim()
    expect(made.err).toContain(`/session/${id}`)
    const asked = await heddleCli(['ask', id, '/demo', 'think hm; say one two; tool build; say three'])
    expect(asked.code).toBe(0)
    expect(asked.out.replaceAll(/\s+/g, ' ').trim()).toBe('one two three')
    expect(asked.err).toContain('[tool] build')
    const listed = await heddleCli(['ls'])
    expect(listed.out).toMatch(new RegExp(`^${id}  idle +demo/worker`))
    const { items } = json<{ items: Session[] }>((await heddleCli(['ls', '--json'])).out)
    expect(items.map((session) => session.id)).toEqual([id])
  })

  test('the text may come from standard input, and the session as the address of its page', async () => {
    const { heddleCli, heddle } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asked = await heddleCli(['ask', `${heddle.url}/session/${id}`, '-'], { input: '/demo say from a pipe' })
    expect(asked.out.trim()).toBe('from a pipe')
  })

  test('who sent it is seen: the message is by the command line', async () => {
    const { heddleCli, client } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo', '/demo say hi'])).out.trim()
    const { messages } = await client.ok<SessionAnswer>('GET', `/api/sessions/${id}`)
    expect(messages[0]?.author).toBe('command line')
  })

  test('a run that fails ends with 1 and says what happened', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asked = await heddleCli(['ask', id, '/demo say before; crash'])
    expect(asked.code).toBe(1)
    expect(asked.out.trim()).toBe('before')
    expect(asked.err).toMatch(/\[error\] /)
  })

  test('--json gives the events as they are', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const { out } = await heddleCli(['ask', id, '/demo say hello', '--json'])
    const events = out
      .trim()
      .split('\n')
      .map((line) => json<{ seq: number; prev: number; type: string }>(line))
    expect(events[0]?.type).toBe('user_message')
    expect(events.at(-1)?.type).toBe('turn_ended')
    for (const [index, event] of events.entries()) expect(event.prev).toBe(events[index - 1]?.seq ?? 0)
  })

  test('a problem of the server is told in its words, and as it is with --json', async () => {
    const { heddleCli } = await runningHeddle()
    const unknown = 'ses_AAAAAAAAAAAAAAAAAAAAAA'
    const plain = await heddleCli(['send', unknown, 'hi'])
    expect([plain.code, plain.out]).toEqual([1, ''])
    expect(plain.err).toMatch(/^[A-Z].*\.\n$/)
    const asJson = await heddleCli(['send', unknown, 'hi', '--json'])
    expect(json(asJson.err)).toMatchObject({ code: 'not_found', status: 404 })
  })

  test('an agent cannot move the cursor or turn words around in the terminal', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asked = await heddleCli(['ask', id, '-'], { input: '/demo say a\u001b[2Jb\u202ec\u0007' })
    expect(asked.out.trim()).toBe('a<U+001B>[2Jb<U+202E>c<U+0007>')
  })
})

describe('following', () => {
  test('ask goes on across a restart of the server, on another port, and says how it ended', async () => {
    const { heddleCli, restart } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    let seen = ''
    const asking = heddleCli(['ask', id, '/demo count 100000 @50'], {
      onOut(text) {
        seen += text
      },
    })
    await vi.waitFor(() => expect(seen).toContain('5 '), 10_000)
    await restart()
    const { code, out, err } = await asking
    expect(err).toMatch(/\[interrupted\]/)
    expect(code).toBe(1)
    const numbers = out.trim().split(/\s+/).map(Number)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  }, 20_000)

  test('Ctrl+C leaves; the run goes on', async () => {
    const { heddleCli, client } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const leaving = new AbortController()
    const asked = await heddleCli(['ask', id, '/demo say first; wait 60000'], {
      signal: leaving.signal,
      onOut: () => leaving.abort(),
    })
    expect(asked.code).toBe(130)
    expect(asked.err).toContain('the run goes on')
    expect((await client.ok<SessionAnswer>('GET', `/api/sessions/${id}`)).session.state).toBe('running')
  })

  test('tail shows what happens in a session, whoever does it', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    await heddleCli(['ask', id, '/demo say earlier'])
    const leaving = new AbortController()
    let seen = ''
    const tailing = heddleCli(['tail', id, '--after', '0'], {
      signal: leaving.signal,
      onOut(text) {
        seen += text
        if (seen.includes('now')) leaving.abort()
      },
    })
    await vi.waitFor(() => expect(seen).toContain('earlier'))
    await heddleCli(['send', id, '/demo say now'])
    expect((await tailing).code).toBe(0)
    expect(seen).toContain('> /demo say earlier')
  })
})

describe('decisions', () => {
  test('approve shows what is asked for, whole, and asks; the agent goes on', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asking = heddleCli(['ask', id, '/demo ask rm -rf build'])
    await waitForState(heddleCli, id, 'needs_approval')
    const unsure = await heddleCli(['approve', id], { isInteractive: true, answer: '' })
    expect(unsure.code).toBe(1)
    expect(unsure.err).toContain('rm -rf build')
    const sure = await heddleCli(['approve', id], { isInteractive: true, answer: 'y' })
    expect(sure.code).toBe(0)
    expect((await asking).out).toContain('ran: rm -rf build')
  })

  test('without a terminal a decision needs the digest of what was shown', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asking = heddleCli(['ask', id, '/demo ask make'])
    const session = await waitForState(heddleCli, id, 'needs_approval')
    expect((await heddleCli(['approve', id])).code).toBe(2)
    expect((await heddleCli(['approve', id, '--digest', 'of-another-card'])).err).not.toBe('')
    const digest = (session.pending[0] as { digest: string }).digest
    expect((await heddleCli(['approve', id, '--digest', digest])).code).toBe(0)
    expect((await asking).out).toContain('ran: make')
  })

  test('reject says no', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asking = heddleCli(['ask', id, '/demo ask make'])
    await waitForState(heddleCli, id, 'needs_approval')
    expect((await heddleCli(['approve', id, '--reject'])).code).toBe(0)
    expect((await asking).out).toContain('rejected: make')
  })

  test('a question is answered', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asking = heddleCli(['ask', id, '/demo question Which colour? | red | blue'])
    await waitForState(heddleCli, id, 'needs_answer')
    expect((await heddleCli(['answer', id, 'blue'])).code).toBe(0)
    expect((await asking).out).toContain('answer: blue')
  })

  test('cancel stops what runs; a second time there is nothing to stop', async () => {
    const { heddleCli } = await runningHeddle()
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const asking = heddleCli(['ask', id, '/demo wait 60000'])
    await waitForState(heddleCli, id, 'running')
    expect((await heddleCli(['cancel', id])).code).toBe(0)
    expect((await asking).err).toContain('[cancelled]')
    expect((await heddleCli(['cancel', id])).err).toBe('Nothing runs in this session.\n')
  })
})

describe('keys and the page', () => {
  test('a key for a program is printed once, works, is listed, and can be revoked', async () => {
    const { heddleCli, heddle } = await runningHeddle()
    const secret = (await heddleCli(['key', 'create', '--name', 'ci'])).out.trim()
    const status = async () =>
      (await fetch(`${heddle.url}/api/settings`, { headers: { authorization: `Bearer ${secret}` } })).status
    expect(await status()).toBe(200)
    const listed = (await heddleCli(['key', 'list'])).out
    expect(listed).toContain('ci')
    expect(listed).not.toContain(secret)
    const id = listed
      .split('\n')
      .find((line) => line.endsWith('ci'))
      ?.split(' ')[0] as string
    expect((await heddleCli(['key', 'revoke', id])).code).toBe(0)
    expect(await status()).toBe(401)
    expect((await heddleCli(['key', 'revoke', id])).code).toBe(1)
  })

  test('open prints an address that logs a browser in, once, and opens it where a person is', async () => {
    const { heddleCli, heddle } = await runningHeddle()
    const opened: string[] = []
    const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
    const link = (await heddleCli(['open', id], { isInteractive: true, opened })).out.trim()
    expect(opened).toEqual([link])
    const { pathname, hash } = new URL(link)
    expect(pathname).toBe(`/session/${id}`)
    const login = () =>
      fetch(`${heddle.url}/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: hash.replace('#code=', '') }),
      })
    expect((await login()).status).toBe(200)
    expect((await login()).status).toBe(401)
    await heddleCli(['open'], { opened })
    await heddleCli(['open', '--no-open'], { isInteractive: true, opened })
    expect(opened).toHaveLength(1)
  })
})

type Cli = Awaited<ReturnType<typeof runningHeddle>>['heddleCli']

async function waitForState(heddleCli: Cli, id: string, state: string): Promise<Session> {
  return vi.waitFor(async () => {
    const { items } = json<{ items: Session[] }>((await heddleCli(['ls', '--json'])).out)
    const session = items.find((candidate) => candidate.id === id)
    expect(session?.state).toBe(state)
    return session as Session
  }, 10_000)
}
