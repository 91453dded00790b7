import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Queue, QueuedMessage } from '../../../shared/model.ts'
import { doingOf } from '../../../web/src/state/doings.ts'
import { createQueue, type QueueView } from '../../../web/src/views/queue.ts'
import { type Bench, createBench, id, press } from './support.ts'

let bench: Bench
let queue: QueueView
let left: number
const ses = id('ses', 'A')
beforeEach(() => {
  bench = createBench()
  left = 0
  queue = createQueue(bench.kit, ses, () => left++, bench.kit.signal)
  document.body.append(queue.dom)
})
afterEach(() => bench.end())

const item = (text: string, name = text): QueuedMessage => ({
  messageId: id('msg', name),
  streamId: id('run', name),
  text,
  files: [],
  author: null,
  createdAt: '2026-01-01T12:00:00.000Z',
})
const show = (items: QueuedMessage[], held: Queue['held'] = null) => {
  queue.update({ items, held })
  bench.draw()
}
const rows = () => [...queue.dom.querySelectorAll<HTMLElement>('.queue-item')]
const words = (index: number) => rows()[index]?.querySelector('.queue-text') as HTMLButtonElement
const act = (index: number, name: string) =>
  rows()[index]?.querySelector(`button[aria-label^="${name}"]`) as HTMLButtonElement
const field = () => queue.dom.querySelector('textarea') as HTMLTextAreaElement
const key = (on: Element, name: string, more: KeyboardEventInit = {}) =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }))
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('The queue above the composer', () => {
  test('lists what waits in its order, and says why it waits, with one button to go on', () => {
    show([item('a'), item('b')], 'stopped')
    expect(rows().map((row) => row.querySelector('.queue-text')?.textContent)).toEqual(['a', 'b'])
    expect(queue.dom.textContent).toContain('The queue waits because the chat was stopped.')
    press(queue.dom, 'Resume')
    expect(bench.calls).toEqual([['resumeQueue', ses]])
  })

  test('edits a message where it stands: Enter saves, Shift+Enter breaks the line', async () => {
    show([item('a'), item('b')])
    words(1).click()
    expect(document.activeElement).toBe(field())
    field().value = 'b in other words'
    key(field(), 'Enter', { shiftKey: true })
    expect(bench.calls).toEqual([])
    key(field(), 'Enter')
    expect(bench.calls).toEqual([['editQueued', ses, id('msg', 'b'), 'b in other words']])
    await settled()
    expect(field()).toBeNull()
    expect(document.activeElement).toBe(words(1))
  })

  test('takes an edit back on Esc, which then stops nothing', () => {
    show([item('a')])
    words(0).click()
    field().value = 'else'
    let escaped = 0
    document.body.addEventListener('keydown', () => escaped++, { once: true })
    key(field(), 'Escape')
    expect([field(), escaped, bench.calls.length]).toEqual([null, 0, 0])
    expect(words(0).textContent).toBe('a')
  })

  test('gives the words back to the composer when the message leaves the queue while it is edited', () => {
    show([item('a'), item('b')])
    words(0).click()
    field().value = 'half a thou'
    show([item('b')])
    expect(bench.calls).toEqual([['giveBack', ses, 'half a thou']])
    expect(document.body.textContent).toContain('Your words are in the composer.')
  })

  test('keeps an open edit through every change around it', () => {
    show([item('a'), item('b')])
    words(1).click()
    const before = field()
    before.value = 'half a thou'
    show([item('b'), item('a2', 'a'), item('c')])
    expect(field()).toBe(before)
    expect(before.value).toBe('half a thou')
  })

  test('moves a message by its buttons and by Alt and an arrow, and not beyond the ends', () => {
    show([item('a'), item('b'), item('c')])
    act(0, 'Move up').click()
    act(0, 'Move down').click()
    key(words(2), 'ArrowUp', { altKey: true })
    key(words(2), 'ArrowDown', { altKey: true })
    expect(bench.calls).toEqual([
      ['moveQueued', ses, id('msg', 'a'), 2],
      ['moveQueued', ses, id('msg', 'c'), 2],
    ])
    expect(act(0, 'Move up').getAttribute('aria-disabled')).toBe('true')
  })

  test('sends a message now, once, however often it is pressed', () => {
    show([item('a'), item('b')])
    act(1, 'Send now').click()
    bench.state.doings.begin(doingOf.queued(id('msg', 'b')))
    bench.draw()
    act(1, 'Send now').click()
    expect(bench.calls).toEqual([['sendNow', ses, id('msg', 'b')]])
  })

  test('takes a message out, and offers its words to the composer', async () => {
    show([item('a'), item('b')])
    key(words(0), 'Delete')
    await settled()
    bench.draw()
    press(document.body, 'Keep as draft')
    expect(bench.calls).toEqual([
      ['takeOut', ses, id('msg', 'a')],
      ['giveBack', ses, 'a'],
    ])
  })

  test('keeps the keyboard in the list when a message goes, and leaves it with the last', () => {
    show([item('a'), item('b')])
    act(0, 'Take out of the queue').focus()
    show([item('b')])
    expect(document.activeElement).toBe(words(0))
    show([])
    expect(left).toBe(1)
    expect(queue.dom.hidden).toBe(true)
  })

  test('names every button with the message that it is about', () => {
    show([item('a'), item('b')])
    const names = [...(rows()[0]?.querySelectorAll('button') ?? [])].map((button) => button.getAttribute('aria-label'))
    expect(names).toEqual(['Edit: a', 'Move up: a', 'Move down: a', 'Send now: a', 'Take out of the queue: a'])
  })
})
