import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { heartbeatMs, workerAnswerMs } from '../../../web/src/net/limits.ts'
import { createLive, type Live } from '../../../web/src/net/live.ts'
import type { TabPort, ToTab, ToWorker } from '../../../web/src/net/messages.ts'

interface Opened {
  port: TabPort
  said: ToWorker[]
  answer(message: ToTab): void
}
let opened: Opened[]
let breakWorker: () => void
let attached: number
let statuses: string[]
let life: AbortController
let live: Live

beforeEach(() => {
  vi.useFakeTimers()
  opened = []
  attached = 0
  statuses = []
  life = new AbortController()
  live = createLive({
    openPort(onBroken) {
      const said: ToWorker[] = []
      const port: TabPort = { postMessage: (message) => said.push(message), onmessage: null }
      opened.push({ port, said, answer: (message) => port.onmessage?.({ data: message }) })
      breakWorker = onBroken
      return port
    },
    isVisible: () => true,
    onMessages: () => undefined,
    onStatus: (status) => statuses.push(status),
    onAttach: () => attached++,
    signal: life.signal,
  })
  live.attach()
})
afterEach(() => {
  life.abort()
  vi.useRealTimers()
})
const said = (index: number) => opened[index]?.said.map(({ type }) => type)

test('A worker that ended is noticed by its silence, and a new one is attached to', async () => {
  await vi.advanceTimersByTimeAsync(heartbeatMs)
  expect(said(0)).toEqual(['attach', 'alive'])
  opened[0]?.answer({ type: 'alive' })
  await vi.advanceTimersByTimeAsync(workerAnswerMs)
  expect(opened).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(heartbeatMs)
  expect(opened).toHaveLength(2)
  expect(said(0)?.at(-1)).toBe('bye')
  expect(attached).toBe(2)
})

test('A page that comes to the front asks at once whether all is well', async () => {
  live.wake()
  expect(said(0)).toEqual(['attach', 'wake', 'alive'])
  await vi.advanceTimersByTimeAsync(workerAnswerMs)
  expect(opened).toHaveLength(2)
})

test('A page in the back/forward cache says goodbye, asks nothing, and attaches on its return', async () => {
  live.leave()
  await vi.advanceTimersByTimeAsync(10 * heartbeatMs)
  expect(said(0)).toEqual(['attach', 'bye'])
  live.attach()
  expect(opened).toHaveLength(2)
  expect(attached).toBe(2)
})

test('A tab that was forgotten attaches anew; what the old port still says is not heard', () => {
  opened[0]?.answer({ type: 'forgotten' })
  expect(opened).toHaveLength(2)
  opened[0]?.answer({ type: 'status', status: 'lost' })
  opened[1]?.answer({ type: 'status', status: 'live' })
  expect(statuses).toEqual(['live'])
})

test('A worker whose script does not load is given up for a connection of its own', () => {
  breakWorker()
  expect(opened).toHaveLength(2)
  expect(attached).toBe(2)
})
