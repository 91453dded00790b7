import { describe, expect, test } from 'vitest'
import { createTurns } from '../../../web/src/views/turns.ts'
import { atEnd, followed, grownDown, grownUp, mountedTurns, shifted } from '../../../web/src/views/window.ts'
import { message, run, said } from './support.ts'

describe('What is mounted', () => {
  test('begins at the end with a few, and grows to the reader’s side', () => {
    const first = atEnd(1000)
    expect(first.to).toBe(1000)
    expect(grownUp(first).from).toBeLessThan(first.from)
  })

  test('is never more than 300, and comes back down again', () => {
    let window = atEnd(1000)
    for (let step = 0; step < 40; step++) {
      window = grownUp(window)
      expect(window.to - window.from).toBeLessThanOrEqual(mountedTurns)
    }
    expect(window.from).toBe(0)
    for (let step = 0; step < 40; step++) window = grownDown(window, 1000)
    expect(window).toEqual({ from: 700, to: 1000 })
  })

  test('stays with the same turns when older ones come before them', () => {
    expect(shifted({ from: 0, to: 24 }, 50)).toEqual({ from: 50, to: 74 })
  })

  test('takes a new turn in at the end, but not under a reader who is far above', () => {
    expect(followed({ from: 10, to: 34 }, 34, 35)).toEqual({ from: 10, to: 35 })
    expect(followed({ from: 10, to: 34 }, 900, 901)).toEqual({ from: 10, to: 34 })
  })
})

describe('Turns', () => {
  const [one, two] = [run('one', { state: 'done' }), run('two')]
  const prompts = [message('1', one.id, 'user', [said('a')]), message('2', two.id, 'user', [said('b')])]
  const answer = message('3', two.id, 'assistant', [said('c')])
  const live = { run: two, messageId: prompts[1]!.id, cancelRequestedBy: null, messages: [answer] }

  test('that did not change are the same objects while another streams', () => {
    const turnsOf = createTurns()
    const before = turnsOf({ messages: prompts, runs: [one], live })
    const after = turnsOf({ messages: prompts, runs: [one], live: { ...live, messages: [{ ...answer }] } })
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
  })

  test('keep their key when they settle', () => {
    const turnsOf = createTurns()
    const before = turnsOf({ messages: prompts, runs: [one], live })
    const after = turnsOf({ messages: [...prompts, answer], runs: [one, two], live: null })
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    expect(after[0]).toBe(before[0])
    expect(after[1]?.messages).toEqual([prompts[1], answer])
  })
})
