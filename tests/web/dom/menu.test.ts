import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { h } from '../../../web/src/dom/h.ts'
import { type MenuOptions, openMenu } from '../../../web/src/dom/menu.ts'
import { placeBox } from '../../../web/src/dom/place.ts'

const items = [
  { id: 'codex', label: 'gpt-5.1-codex', group: 'Codex' },
  { id: 'mini', label: 'gpt-5.1-codex-mini', group: 'Codex' },
  { id: 'opus', label: 'Opus', group: 'Claude Code', disabled: true },
  { id: 'sonnet', label: 'Sonnet', detail: '200k', group: 'Claude Code', checked: true },
]
let anchor: HTMLButtonElement
const onPick = vi.fn()

beforeEach(() => {
  onPick.mockReset()
  anchor = h('button', { text: 'Model' })
  document.body.append(anchor)
  anchor.focus()
})
afterEach(() => {
  document.body.replaceChildren()
})

const open = (options: Partial<MenuOptions> = {}) => openMenu({ anchor, label: 'Model', items, onPick, ...options })
const press = (key: string) =>
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
const type = (text: string) => {
  const field = document.activeElement as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
const active = () => document.querySelector('.menu-item.active .menu-label')?.textContent
const labels = () => [...document.querySelectorAll('.menu-label')].map((label) => label.textContent)

describe('a menu', () => {
  test('opens at what is chosen, and arrows pass over what cannot be chosen', () => {
    open()
    expect(active()).toBe('Sonnet')
    press('ArrowUp')
    expect(active()).toBe('gpt-5.1-codex-mini')
    press('ArrowDown')
    press('ArrowDown')
    expect(active()).toBe('gpt-5.1-codex')
    press('Enter')
    expect(onPick.mock.calls).toEqual([['codex']])
    expect([document.querySelector('.menu'), document.activeElement]).toEqual([null, anchor])
  })

  test('tells a screen reader where one is', () => {
    open({ search: 'Find a model' })
    const field = document.activeElement as HTMLElement
    const option = document.getElementById(field.getAttribute('aria-activedescendant') ?? '')
    expect([
      field.role ?? field.getAttribute('role'),
      option?.getAttribute('role'),
      option?.getAttribute('aria-selected'),
    ]).toEqual(['combobox', 'option', 'true'])
    expect(anchor.getAttribute('aria-expanded')).toBe('true')
  })

  test('says in full under the pointer what its line has no room for', () => {
    const label = 'A model with a very long name that no menu has room for'
    open({
      items: [
        { id: 'a', label: 'Sonnet', detail: '200k' },
        { id: 'b', label: 'Opus' },
        { id: 'c', label },
      ],
    })
    const titles = [...document.querySelectorAll('.menu-item')].map((item) => item.getAttribute('title'))
    expect(titles).toEqual(['Sonnet\n200k', null, label])
  })

  test('finds by words in any order, of name and group, and says when there is nothing', () => {
    open({ search: 'Find a model', empty: 'No such model.' })
    type('mini codex')
    expect(labels()).toEqual(['gpt-5.1-codex-mini'])
    press('Enter')
    expect(onPick).toHaveBeenCalledWith('mini')
    open({ search: 'Find a model', empty: 'No such model.' })
    type('zzz')
    expect(labels()).toEqual([])
    expect(document.querySelector('.menu-empty:not([hidden])')?.textContent).toBe('No such model.')
    press('Enter')
    expect(onPick).toHaveBeenCalledOnce()
  })

  test('without a field goes to what one types', () => {
    open()
    press('g')
    expect(active()).toBe('gpt-5.1-codex')
    press('p')
    expect(active()).toBe('gpt-5.1-codex')
  })

  test('closes on Escape, on a press elsewhere and on its own button, and gives the focus back', () => {
    open()
    press('Escape')
    expect([document.querySelector('.menu'), document.activeElement]).toEqual([null, anchor])
    open()
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))
    expect(document.querySelector('.menu')).toBeNull()
    const reopen = vi.fn()
    anchor.addEventListener('click', reopen)
    open()
    anchor.click()
    expect(document.querySelector('.menu')).toBeNull()
    expect(reopen).not.toHaveBeenCalled()
    expect(onPick).not.toHaveBeenCalled()
  })

  test('may change while it is open, and one stays where one was', () => {
    const menu = open()
    press('ArrowUp')
    menu.update([{ id: 'new', label: 'Newest', group: 'Codex' }, ...items])
    expect(active()).toBe('gpt-5.1-codex-mini')
    expect(labels()[0]).toBe('Newest')
  })
})

describe('what floats', () => {
  const view = { width: 1000, height: 800 }
  const at = (left: number, top: number) => ({ left, right: left + 80, top, bottom: top + 30 })

  test('lies below what opened it', () => {
    expect(placeBox(at(100, 100), { width: 300, height: 200 }, view)).toEqual({ left: 100, top: 134, maxHeight: 658 })
  })

  test('goes above where there is no room below', () => {
    expect(placeBox(at(100, 700), { width: 300, height: 200 }, view)).toMatchObject({ top: 496 })
  })

  test('never leaves the window', () => {
    expect(placeBox(at(950, 100), { width: 300, height: 2000 }, view)).toMatchObject({ left: 692, maxHeight: 658 })
  })
})
