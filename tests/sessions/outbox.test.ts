import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Outbox } from '../../server/sessions/outbox.ts'
import type { EventDraft } from '../../shared/events.ts'

let appended: EventDraft[][]
let pending: (() => void)[]
let floods: number
let outbox: Outbox

beforeEach(() => {
  vi.useFakeTimers()
  appended = []
  pending = []
  floods = 0
  outbox = new Outbox({
    append(drafts) {
      appended.push([...drafts])
      return new Promise((resolve) => pending.push(resolve))
    },
    onFlood: () => {
      floods += 1
    },
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const place = { streamId: 'run_1', at: '2026-01-01T00:00:00.000Z', messageId: 'msg_1' }
const say = (text: string) => outbox.text({ type: 'agent_message_chunk', text, ...place })
const think = (text: string) => outbox.text({ type: 'agent_thought_chunk', text, ...place })
const tool = (toolCallId: string) => outbox.add({ type: 'tool_call', toolCallId, ...place })
const brief = () => appended.map((drafts) => drafts.map((draft) => ('text' in draft ? draft.text : draft.type)))
const commit = async () => {
  for (const resolve of pending.splice(0)) resolve()
  await vi.advanceTimersByTimeAsync(0)
}

test('the first text of a turn goes at once, later text is merged for 15 ms', () => {
  say('a')
  expect(brief()).toEqual([['a']])
  say('b')
  say('c')
  vi.advanceTimersByTime(14)
  expect(appended).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(brief()).toEqual([['a'], ['bc']])
  outbox.begin()
  say('d')
  expect(brief()).toEqual([['a'], ['bc'], ['d']])
})

test('only neighbours of the same kind are merged, and the order stays', () => {
  say('first')
  say('a')
  say('b')
  think('c')
  say('d')
  tool('t')
  expect(brief()).toEqual([['first'], ['ab', 'c', 'd', 'tool_call']])
})

test('while the disk is busy, text is merged instead of queued', async () => {
  tool('1')
  tool('2')
  tool('3')
  tool('4')
  for (let index = 0; index < 1000; index++) say('x')
  vi.advanceTimersByTime(1000)
  expect(appended).toHaveLength(4)
  await commit()
  expect(brief().slice(4)).toEqual([['x'.repeat(1000)]])
})

test('one event’s text is bounded and never cut within a character', () => {
  const text = `${'x'.repeat(16 * 1024 - 1)}🧵${'y'.repeat(20_000)}`
  say(text)
  const texts = brief().flat()
  expect(texts.join('')).toBe(text)
  expect(texts.every((piece) => piece !== undefined && piece.length <= 16 * 1024)).toBe(true)
  expect(texts[1]?.startsWith('🧵')).toBe(true)
})

test('a flush takes everything with it, whatever the disk does', () => {
  for (let index = 0; index < 6; index++) tool(String(index))
  expect(appended).toHaveLength(4)
  outbox.flush()
  expect(brief().flat()).toHaveLength(6)
})

test('who outruns the disk by far is a flood; who only says much is not', async () => {
  for (let index = 0; index < 100; index++) {
    say('x'.repeat(1024 * 1024))
    vi.advanceTimersByTime(15)
    await commit()
  }
  expect(floods).toBe(0)
  for (let index = 0; index < 100; index++) say('x'.repeat(1024 * 1024))
  expect(floods).toBeGreaterThan(0)
})
