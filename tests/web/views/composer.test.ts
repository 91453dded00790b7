import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { initialState } from '../../../shared/state.ts'
import { doingOf } from '../../../web/src/state/doings.ts'
import { type Composer, createComposer } from '../../../web/src/views/composer.ts'
import { type Bench, createBench, hold, id, running, session } from './support.ts'

let bench: Bench
let composer: Composer
let toEnd: number
beforeEach(() => {
  toEnd = 0
  bench = createBench()
  hold(bench.state, session('A'), initialState)
  bench.state.pane.project({ name: 'session', sessionId: id('ses', 'A') })
  composer = createComposer(bench.kit, id('ses', 'A'), bench.kit.signal, () => toEnd++)
  document.body.append(composer.dom)
  show()
})
afterEach(() => bench.end())

const show = () => {
  bench.draw()
  composer.update(bench.state.S)
}
const field = () => composer.field.dom
const type = (text: string) => {
  field().value = text
  field().dispatchEvent(new Event('input'))
  bench.draw()
}
const key = (name: string, more: KeyboardEventInit & { keyCode?: number } = {}) =>
  field().dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }))
const shownButtons = () =>
  [...composer.dom.querySelectorAll<HTMLButtonElement>('.composer-buttons button')]
    .filter((button) => !button.hidden)
    .map((button) => button.querySelector('span:not(.stop-square)')?.textContent)
const names = () => bench.calls.map(([name]) => name)

describe('The composer', () => {
  test('sends on Enter, breaks the line on Shift+Enter', () => {
    type('Hello')
    key('Enter', { shiftKey: true })
    expect(names()).toEqual([])
    key('Enter')
    expect(bench.calls).toEqual([['send', id('ses', 'A')]])
  })

  test('shows what was sent wherever one reads, but moves nothing for what is only queued', () => {
    type('Hello')
    key('Enter')
    expect(toEnd).toBe(1)
    bench.state.rows.put(running('A'))
    show()
    type('And then')
    key('Enter')
    expect(names()).toEqual(['send', 'send'])
    expect(toEnd).toBe(1)
  })

  test('leaves the Enter that ends a composition to the input method', () => {
    type('こんにちは')
    key('Enter', { isComposing: true })
    key('Enter', { keyCode: 229 })
    expect(names()).toEqual([])
  })

  test('sends nothing when nothing is typed', () => {
    type('  \n ')
    key('Enter')
    expect(names()).toEqual([])
  })

  test('offers Stop in place of Send while it runs, and Queue beside it once something is typed', () => {
    expect(shownButtons()).toEqual(['Send'])
    bench.state.rows.put(running('A', { headSeq: 2 }))
    show()
    expect(shownButtons()).toEqual(['Stop'])
    type('And then the changelog.')
    expect(shownButtons()).toEqual(['Stop', 'Queue'])
  })

  test('stops the run of its own chat, also when another is on screen by then', () => {
    bench.state.rows.put(running('A', { headSeq: 2 }))
    bench.state.rows.put(running('B', { headSeq: 2 }))
    show()
    bench.state.pane.project({ name: 'session', sessionId: id('ses', 'B') })
    bench.draw()
    composer.stop()
    expect(bench.calls).toEqual([['stop', id('ses', 'A'), id('run', 'A')]])
  })

  test('says stopping until it is confirmed, and asks only once', () => {
    bench.state.rows.put(running('A', { headSeq: 2, state: 'stopping' }))
    show()
    expect(shownButtons()).toEqual(['Stopping…'])
    expect(composer.stop()).toBe(false)
    expect(names()).toEqual([])
  })

  test('keeps field, text and selection through everything that happens around it', () => {
    const before = field()
    type('half a thou')
    before.setSelectionRange(2, 6)
    bench.state.rows.put(running('A', { headSeq: 2 }))
    show()
    bench.state.rows.put(session('A', { headSeq: 3 }))
    show()
    expect(field()).toBe(before)
    expect([before.value, before.selectionStart, before.selectionEnd]).toEqual(['half a thou', 2, 6])
  })

  test('keeps the text and says why when a send fails', () => {
    type('Hello')
    bench.state.doings.fail(doingOf.send(id('ses', 'A')), {
      code: 'offline',
      detail: 'The server cannot be reached.',
      more: {},
    })
    show()
    expect(composer.dom.querySelector('[role=alert]')?.textContent).toBe('The server cannot be reached.')
    expect(field().value).toBe('Hello')
  })

  test('sends once while a send is on its way', () => {
    type('Hello')
    bench.state.doings.begin(doingOf.send(id('ses', 'A')))
    show()
    key('Enter')
    expect(names()).toEqual([])
  })

  test('shows a draft that was written elsewhere', () => {
    bench.state.drafts.receive(id('ses', 'A'), { text: 'from the phone', files: [] }, 0)
    bench.draw()
    expect(field().value).toBe('from the phone')
  })
})
