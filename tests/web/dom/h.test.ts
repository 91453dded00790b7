import { describe, expect, test, vi } from 'vitest'
import { h, setAria, setAttr, setText } from '../../../web/src/dom/h.ts'

describe('an element', () => {
  test('takes text as text, never as HTML', () => {
    const node = h('p', { text: '<img src=x onerror=alert(1)>' }, '<b>')
    expect(node.children).toHaveLength(0)
    expect(node.textContent).toBe('<img src=x onerror=alert(1)><b>')
  })

  test.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:x',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'vbscript:x',
  ])('never links to %s', (href) => {
    expect(() => h('a', { href })).toThrow(/neither http/)
  })

  test.each([
    'https://example.com',
    'http://127.0.0.1:1/',
    'mailto:a@example.com',
    '/session/ses_1',
    '#top',
    'blob:http://x/1',
  ])('may link to %s', (href) => {
    expect(h('a', { href }).getAttribute('href')).toBe(href)
  })

  test('takes no inline handler, style or document', () => {
    for (const name of ['onclick', 'onError', 'style', 'srcdoc'])
      expect(() => setAttr(h('div'), name, 'x')).toThrow(/takes no/)
  })

  test('stops listening when its signal ends', () => {
    const life = new AbortController()
    const click = vi.fn()
    const button = h('button', { on: { click }, signal: life.signal })
    button.click()
    life.abort()
    button.click()
    expect(click).toHaveBeenCalledOnce()
  })

  test('says true and false in ARIA, and drops an attribute that is false', () => {
    const node = h('button', { hidden: true, aria: { expanded: false } })
    expect([node.hasAttribute('hidden'), node.getAttribute('aria-expanded')]).toEqual([true, 'false'])
    setAttr(node, 'hidden', false)
    setAria(node, 'expanded', null)
    expect(node.attributes).toHaveLength(0)
  })

  test('that grows keeps its text node, so a selection in it stands', () => {
    const node = h('p', { text: 'one' })
    const text = node.firstChild
    setText(node, 'one two')
    setText(node, 'one two three')
    expect(node.firstChild).toBe(text)
    expect(node.textContent).toBe('one two three')
    setText(node, 'other')
    expect(node.textContent).toBe('other')
  })

  test('with the same text is not written to', () => {
    const node = h('p', { text: 'same' })
    const write = vi.spyOn(node.firstChild as Text, 'data', 'set')
    setText(node, 'same')
    expect(write).not.toHaveBeenCalled()
  })
})
