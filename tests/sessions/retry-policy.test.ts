import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxRetryAfterMs, maxTries, retryBaseMs } from '../../server/sessions/limits.ts'
import { pause } from '../../server/sessions/pause.ts'
import { type Failed, isUntouched, nextTry } from '../../server/sessions/retry.ts'
import type { Message, Part } from '../../shared/model.ts'

const at = '2026-01-01T12:00:00.000Z'
const messageOf = (role: Message['role'], parts: Part[]): Message => ({
  id: 'msg_1',
  sessionId: 'ses_1',
  streamId: 'run_1',
  seq: 1,
  line: 1,
  role,
  author: null,
  parts,
  createdAt: at,
})
const toolOf = (kind: string, content: Extract<Part, { type: 'tool' }>['content'] = []): Part => ({
  type: 'tool',
  toolCallId: kind,
  title: kind,
  kind,
  status: 'pending',
  content,
  locations: [],
  startedAt: at,
  endedAt: null,
})
const diff = { type: 'diff' as const, path: '/a', oldText: null, newText: 'a' }
const permission = { type: 'permission', permission: { id: 'prm_1' } } as Part
const question = { type: 'question', question: { id: 'qst_1' } } as Part

const harmless = fc.constantFrom<Part>(
  { type: 'thought', text: 'Hm.', startedAt: at, endedAt: null },
  { type: 'plan', entries: [] },
  { type: 'notice', level: 'warning', text: 'Trying again' },
  toolOf('read'),
  toolOf('search'),
  toolOf('think'),
)
const effect = fc.constantFrom<Part>(
  { type: 'text', text: 'Hello' },
  permission,
  question,
  toolOf('read', [diff]),
  ...['edit', 'delete', 'move', 'execute', 'fetch', 'switch_mode', 'other', 'unheard of'].map((kind) => toolOf(kind)),
)
const prompt = messageOf('user', [{ type: 'text', text: 'Do it' }])
const untouched = fc.array(harmless).map((parts) => [prompt, messageOf('assistant', parts)])
const touched = fc
  .tuple(fc.array(harmless), effect, fc.array(harmless))
  .map(([before, part, after]) => [prompt, messageOf('assistant', [...before, part, ...after])])

const tries = fc.integer({ min: 1, max: 1000 })
const wait = fc.option(fc.integer({ min: 0, max: 10 * maxRetryAfterMs }), { nil: undefined })
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const transient = (retryAfterMs?: number): Failed['failure'] => ({ kind: 'transient', retryAfterMs })

test('a turn is never tried more than four times, whatever fails and however often', () => {
  expect(maxTries).toBe(4)
  fc.assert(
    fc.property(fc.array(wait, { minLength: 10 }), random, untouched, (waits, chance, messages) => {
      let made = 0
      for (const retryAfterMs of waits) {
        made++
        if ('gaveUp' in nextTry({ failure: transient(retryAfterMs), tries: made, messages }, () => chance)) break
      }
      expect(made).toBeLessThanOrEqual(4)
    }),
  )
})

test('nothing is tried again after a word was shown, something was done, or somebody was asked', () => {
  fc.assert(
    fc.property(tries, wait, random, touched, (made, retryAfterMs, chance, messages) => {
      expect(isUntouched(messages)).toBe(false)
      const next = nextTry({ failure: transient(retryAfterMs), tries: made, messages }, () => chance)
      expect(next).toEqual({ gaveUp: 'effect' })
    }),
  )
})

test('only what passes by itself is tried again', () => {
  const kinds = ['not_installed', 'needs_login', 'died', 'protocol', 'refused', 'timeout', 'flood'] as const
  fc.assert(
    fc.property(fc.constantFrom(...kinds), tries, untouched, (kind, made, messages) => {
      expect(nextTry({ failure: { kind }, tries: made, messages }, () => 0)).toEqual({ gaveUp: 'final' })
    }),
  )
})

test('each wait is as long as the service asked, and never without bounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), wait, random, untouched, (made, retryAfterMs = 0, chance, messages) => {
      const next = nextTry({ failure: transient(retryAfterMs), tries: made, messages }, () => chance)
      if (retryAfterMs > maxRetryAfterMs) {
        expect(next).toEqual({ gaveUp: 'later' })
        return
      }
      const backOffMs = retryBaseMs * 2 ** (made - 1)
      if (!('delayMs' in next)) throw new Error('It was not tried again')
      expect(next.delayMs).toBeGreaterThanOrEqual(Math.max(backOffMs, retryAfterMs))
      expect(next.delayMs).toBeLessThanOrEqual(Math.max(backOffMs, retryAfterMs) + backOffMs / 2 + 1)
    }),
  )
})

test('the waits grow from one second to four, with chance on top', () => {
  const waits = (chance: number) =>
    [1, 2, 3].map((made) => nextTry({ failure: transient(), tries: made, messages: [] }, () => chance))
  expect(waits(0)).toEqual([{ delayMs: 1000 }, { delayMs: 2000 }, { delayMs: 4000 }])
  expect(waits(0.5)).toEqual([{ delayMs: 1250 }, { delayMs: 2500 }, { delayMs: 5000 }])
})

test('a wait ends at once when it is aborted, before it or in it', async () => {
  const ending = new AbortController()
  const waiting = pause(3_600_000, ending.signal)
  ending.abort()
  await waiting
  await pause(3_600_000, ending.signal)
  await pause(1, new AbortController().signal)
})
