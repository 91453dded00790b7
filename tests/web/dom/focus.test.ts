import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAnnouncer } from '../../../web/src/dom/announce.ts'
import { pageTitle } from '../../../web/src/dom/favicon.ts'
import { rememberFocus, rovingFocus, trapFocus } from '../../../web/src/dom/focus.ts'
import { h } from '../../../web/src/dom/h.ts'
import { threadHue } from '../../../web/src/dom/thread.ts'

let life: AbortController
beforeEach(() => {
  life = new AbortController()
})
afterEach(() => {
  life.abort()
  document.body.replaceChildren()
})

const press = (key: string, init: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })
  document.activeElement?.dispatchEvent(event)
  return event
}

function buttons(count: number): HTMLElement {
  const list = h('div', {}, ...Array.from({ length: count }, (_, index) => h('button', { text: String(index) })))
  document.body.append(list)
  return list
}
const focused = () => document.activeElement?.textContent

describe('the focus', () => {
  test('goes round inside a drawer', () => {
    const drawer = buttons(3)
    trapFocus(drawer, life.signal)
    ;(drawer.lastElementChild as HTMLElement).focus()
    expect(press('Tab').defaultPrevented).toBe(true)
    expect(focused()).toBe('0')
    press('Tab', { shiftKey: true })
    expect(focused()).toBe('2')
  })

  test('comes back to where it was, unless the person has gone elsewhere', () => {
    const list = buttons(2)
    const [first, second] = list.children as unknown as [HTMLElement, HTMLElement]
    first.focus()
    const restore = rememberFocus()
    first.blur()
    restore()
    expect(focused()).toBe('0')
    second.focus()
    restore()
    expect(focused()).toBe('1')
  })

  test('moves through a list by arrows, with one stop for Tab, also after the list has changed', () => {
    const list = buttons(3)
    const { refresh } = rovingFocus(list, { selector: 'button', signal: life.signal })
    const stops = () => [...list.children].map((child) => (child as HTMLElement).tabIndex)
    expect(stops()).toEqual([0, -1, -1])
    ;(list.firstElementChild as HTMLElement).focus()
    press('ArrowDown')
    press('End')
    expect([focused(), stops()]).toEqual(['2', [-1, -1, 0]])
    list.lastElementChild?.remove()
    refresh()
    expect(stops()).toEqual([0, -1])
  })
})

test('a screen reader is told the same words twice if they are said twice, and old words are dropped', () => {
  const announcer = createAnnouncer(document.body, life.signal)
  for (const words of ['Stopped', 'Stopped', '', 'Running', 'Done', 'Failed']) announcer.say(words)
  announcer.say('Codex wants to run a command', 'assertive')
  const region = (role: string) => [...document.querySelectorAll(`[role=${role}] p`)].map((node) => node.textContent)
  expect(region('status')).toEqual(['Stopped', 'Running', 'Done', 'Failed'])
  expect(region('alert')).toEqual(['Codex wants to run a command'])
})

test('a session has the same colour everywhere, and many sessions share the twelve evenly', () => {
  expect(threadHue('ses_heddle')).toBe(3)
  const counts = new Array<number>(12).fill(0)
  for (let index = 0; index < 12_000; index++) {
    const hue = threadHue(`ses_${index.toString(36)}`)
    counts[hue] = (counts[hue] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(800)
})

test('the title says how much waits', () => {
  expect([pageTitle('Fix it', 0), pageTitle('Fix it', 2), pageTitle('', 1)]).toEqual([
    'Fix it · Heddle',
    '(2) Fix it · Heddle',
    '(1) Heddle',
  ])
})
