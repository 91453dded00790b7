import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFrame } from '../../../web/src/dom/frame.ts'

const onError = vi.fn()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'setTimeout', 'clearTimeout'] })
  onError.mockReset()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a frame', () => {
  test('does all writes, then all reads, then what the reads want written', () => {
    const order: string[] = []
    const frame = createFrame(onError)
    frame.measure(
      () => order.push('read 1'),
      () => order.push('settle 1'),
    )
    frame.schedule('a', () => order.push('write a'))
    frame.measure(
      () => order.push('read 2'),
      () => order.push('settle 2'),
    )
    frame.schedule('b', () => order.push('write b'))
    vi.advanceTimersToNextFrame()
    expect(order).toEqual(['write a', 'write b', 'read 1', 'read 2', 'settle 1', 'settle 2'])
  })

  test('writes once for a key, however often it was asked, and with the newest', () => {
    const write = vi.fn()
    const frame = createFrame(onError)
    for (let token = 0; token < 100; token++) frame.schedule('row', () => write(token))
    vi.advanceTimersToNextFrame()
    vi.advanceTimersToNextFrame()
    expect(write.mock.calls).toEqual([[99]])
  })

  test('goes on after a job that throws, and reports it', () => {
    const after = vi.fn()
    const frame = createFrame(onError)
    const failure = new Error('this row is broken')
    frame.schedule('broken', () => {
      throw failure
    })
    frame.schedule('whole', after)
    frame.measure(() => {
      throw failure
    }, after)
    frame.measure(() => 7, after)
    vi.advanceTimersToNextFrame()
    expect(onError.mock.calls).toEqual([[failure], [failure]])
    expect(after.mock.calls).toEqual([[], [7]])
  })

  test('leaves what a write asks for to the next frame, so it cannot run for ever', () => {
    let count = 0
    const frame = createFrame(onError)
    const again = () => {
      count += 1
      if (count < 10) frame.schedule(`again ${count}`, again)
    }
    frame.schedule('again', again)
    vi.advanceTimersToNextFrame()
    expect(count).toBe(1)
    vi.advanceTimersToNextFrame()
    expect(count).toBe(2)
  })

  test('comes also to a hidden page, which is given no frames', () => {
    vi.stubGlobal('requestAnimationFrame', () => 1)
    const write = vi.fn()
    createFrame(onError).schedule('title', write)
    vi.advanceTimersByTime(250)
    expect(write).toHaveBeenCalledOnce()
    vi.unstubAllGlobals()
  })

  test('is not drawn any more after its page has gone', () => {
    const life = new AbortController()
    const write = vi.fn()
    const frame = createFrame(onError, life.signal)
    frame.schedule('a', write)
    life.abort()
    frame.schedule('b', write)
    vi.advanceTimersByTime(1_000)
    expect(write).not.toHaveBeenCalled()
  })
})
