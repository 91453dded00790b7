import { expect, test } from 'vitest'
import { createObservable, type Key } from '../../../web/src/state/observe.ts'

function observing() {
  let due = 0
  const errors: unknown[] = []
  const observable = createObservable(
    () => due++,
    (error) => errors.push(error),
  )
  return { ...observable, errors, due: () => due, life: new AbortController() }
}

test('However often something changes in a frame, it is told once, with all that changed', () => {
  const { observe, touch, flush, due, life } = observing()
  const heard: Key[][] = []
  observe(['rows', 'row:a'], (touched) => heard.push([...touched]), life.signal)
  touch('rows')
  touch('row:a')
  touch('rows')
  expect(due()).toBe(1)
  flush()
  expect(heard).toEqual([['rows', 'row:a']])
  flush()
  expect(heard).toHaveLength(1)
})

test('What a listener changes is told in the next frame, not in this one', () => {
  const { observe, touch, flush, due, life } = observing()
  let heard = 0
  observe(
    'rows',
    () => {
      heard++
      if (heard === 1) touch('rows')
    },
    life.signal,
  )
  touch('rows')
  flush()
  expect([heard, due()]).toEqual([1, 2])
  flush()
  expect(heard).toBe(2)
})

test('A listener whose view is closed by one before it in the same frame hears nothing', () => {
  const { observe, touch, flush, life } = observing()
  const pane = new AbortController()
  let heard = 0
  observe('pane', () => pane.abort(), life.signal)
  observe('session:a', () => heard++, pane.signal)
  touch('pane')
  touch('session:a')
  flush()
  expect(heard).toBe(0)
})

test('A listener that throws keeps nobody else from hearing, and is told of', () => {
  const { observe, touch, flush, errors, life } = observing()
  let heard = 0
  const fault = new Error('a view is broken')
  observe(
    'rows',
    () => {
      throw fault
    },
    life.signal,
  )
  observe('rows', () => heard++, life.signal)
  touch('rows')
  flush()
  expect(heard).toBe(1)
  expect(errors).toEqual([fault])
})
