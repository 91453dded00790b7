import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { h } from '../../../web/src/dom/h.ts'
import { createKeys, keysLabel } from '../../../web/src/dom/keys.ts'

let life: AbortController
beforeEach(() => {
  life = new AbortController()
})
afterEach(() => {
  life.abort()
  document.body.replaceChildren()
})

function press(key: string, init: KeyboardEventInit = {}, target: Element = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true, ...init })
  target.dispatchEvent(event)
  return event
}

function bind(keys: string, options: { whileTyping?: boolean | HTMLElement; mac?: boolean } = {}) {
  const run = vi.fn()
  createKeys(document, life.signal, options.mac ?? false).bind(
    { keys, label: keys, run, whileTyping: options.whileTyping },
    life.signal,
  )
  return run
}

describe('a shortcut', () => {
  test('runs, and the browser does not act on the key as well', () => {
    const run = bind('Mod+K')
    expect(press('k', { ctrlKey: true }).defaultPrevented).toBe(true)
    expect(run).toHaveBeenCalledOnce()
  })

  test('for one field fires there and where nobody types, but in no other field', () => {
    const [own, other] = [h('textarea'), h('input', { type: 'search' })]
    document.body.append(own, other)
    const run = bind('Escape', { whileTyping: own })
    press('Escape', {}, other)
    expect(run).not.toHaveBeenCalled()
    press('Escape', {}, own)
    press('Escape')
    expect(run).toHaveBeenCalledTimes(2)
  })

  test('is ⌘ on a Mac and Ctrl elsewhere, in deed and in its label', () => {
    const run = bind('Mod+K', { mac: true })
    press('k', { ctrlKey: true })
    expect(run).not.toHaveBeenCalled()
    press('k', { metaKey: true })
    expect(run).toHaveBeenCalledOnce()
    expect([keysLabel('Mod+Shift+K', true), keysLabel('Mod+Shift+K', false), keysLabel('Escape', false)]).toEqual([
      '⌘⇧K',
      'Ctrl+Shift+K',
      'Esc',
    ])
  })

  test('with a bare letter does not fire while the person types', () => {
    const run = bind('A')
    const editable = h('div', { contenteditable: 'true' })
    const fields = [h('input'), h('textarea'), h('select'), editable]
    document.body.append(...fields)
    for (const field of fields) press('a', {}, field)
    expect(run).not.toHaveBeenCalled()
    const button = h('button')
    document.body.append(button)
    press('a', {}, button)
    expect(run).toHaveBeenCalledOnce()
  })

  test('fires in fields if it asks to', () => {
    const run = bind('Escape', { whileTyping: true })
    const field = h('textarea')
    document.body.append(field)
    press('Escape', {}, field)
    expect(run).toHaveBeenCalledOnce()
  })

  test('never fires in the middle of an input method’s composition', () => {
    const run = bind('Enter', { whileTyping: true })
    press('Enter', { isComposing: true })
    press('Enter', { keyCode: 229 })
    expect(run).not.toHaveBeenCalled()
  })

  test('is not mistaken for the same letter with other modifiers', () => {
    const run = bind('A')
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey', 'shiftKey']) press('a', { [modifier]: true })
    expect(run).not.toHaveBeenCalled()
  })

  test('works on a keyboard without Latin letters', () => {
    const run = bind('Mod+K')
    press('л', { ctrlKey: true, code: 'KeyK' })
    expect(run).toHaveBeenCalledOnce()
  })

  test('that was bound last is asked first, and may pass', () => {
    const keys = createKeys(document, life.signal, false)
    const order: string[] = []
    const cardLife = new AbortController()
    keys.bind({ keys: 'A', label: 'page', run: () => order.push('page') }, life.signal)
    const pass = () => {
      order.push('card')
      return order.length < 3
    }
    keys.bind({ keys: 'A', label: 'card', run: pass }, cardLife.signal)
    press('a')
    expect(order).toEqual(['card'])
    press('a')
    press('a')
    expect(order.slice(1)).toEqual(['card', 'card', 'page'])
    cardLife.abort()
    press('a')
    expect(order.at(-1)).toBe('page')
    expect(keys.list().map(({ label }) => label)).toEqual(['page'])
  })
})
