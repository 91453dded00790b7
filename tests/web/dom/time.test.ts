import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { age, createTicker, duration, elapsed, exact } from '../../../web/src/dom/time.ts'

const nowMs = Date.UTC(2026, 10, 21, 12)

test.each([
  [0, 'now'],
  [-60_000, 'now'],
  [40_000, '40 s'],
  [59_999, '59 s'],
  [3 * 60_000, '3 m'],
  [2 * 3_600_000, '2 h'],
  [3 * 86_400_000, '3 d'],
  [7 * 86_400_000, 'Nov 14'],
  [400 * 86_400_000, 'Oct 17, 2025'],
])('what was %i ms ago is %s old', (past, words) => {
  expect(age(new Date(nowMs - past).toISOString(), nowMs, 'en-US')).toBe(words)
})

test('a clock counts minutes, then hours', () => {
  expect([7_400, 102_000, 3_723_000, -5].map(elapsed)).toEqual(['0:07', '1:42', '1:02:03', '0:00'])
})

test('what took long is told in two units at most', () => {
  expect([420, 12_000, 59_700, 185_000, 180_000, 7_800_000].map((ms) => duration(ms, 'en'))).toEqual([
    '0.4 s',
    '12 s',
    '1 m',
    '3 m 5 s',
    '3 m',
    '2 h 10 m',
  ])
})

test('an exact time is in the person’s own format, and nonsense is nothing', () => {
  expect(exact(nowMs, 'de-DE')).toMatch(/^21\.11\.2026, \d\d:00:00$/)
  expect([exact('x'), age('x', nowMs)]).toEqual(['', ''])
})

describe('the one clock of the page', () => {
  let visibility: DocumentVisibilityState = 'visible'
  beforeEach(() => {
    vi.useFakeTimers({ now: nowMs + 300 })
    visibility = 'visible'
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  test('ticks on the second for all who ask, with one timer, and stops with the last of them', () => {
    const life = new AbortController()
    const ticker = createTicker(life.signal)
    const ticks: number[] = []
    const others: number[] = []
    const [one, other] = [new AbortController(), new AbortController()]
    ticker.subscribe((now) => ticks.push(now - nowMs), one.signal)
    ticker.subscribe((now) => others.push(now), other.signal)
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(2_000)
    expect([ticks, others.length]).toEqual([[300, 1_000, 2_000], 3])
    one.abort()
    other.abort()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('rests while the page is hidden, and is right at once when it is seen again', () => {
    const life = new AbortController()
    const ticks: number[] = []
    createTicker(life.signal).subscribe((now) => ticks.push(now - nowMs), life.signal)
    visibility = 'hidden'
    document.dispatchEvent(new Event('visibilitychange'))
    vi.advanceTimersByTime(10_000)
    expect([vi.getTimerCount(), ticks.length]).toEqual([0, 1])
    visibility = 'visible'
    document.dispatchEvent(new Event('visibilitychange'))
    expect(ticks.at(-1)).toBe(10_300)
    life.abort()
    expect(vi.getTimerCount()).toBe(0)
  })
})
