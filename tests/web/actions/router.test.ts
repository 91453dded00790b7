import { Window } from 'happy-dom'
import { expect, test } from 'vitest'
import { createRouter, isWellFormed, routeOf } from '../../../web/src/router.ts'
import type { Route } from '../../../web/src/state/pane.ts'
import { ses } from '../state/world.ts'

function open(path: string) {
  const window = new Window({ url: `http://127.0.0.1:4870${path}` })
  const shown: Route[] = []
  const codes: string[] = []
  const life = new AbortController()
  const router = createRouter({
    window: window as unknown as globalThis.Window,
    onRoute: (route) => shown.push(route),
    onCode: (code) => codes.push(code),
    signal: life.signal,
  })
  const click = (href: string, options: object = {}) => {
    const link = window.document.createElement('a')
    link.href = href
    window.document.body.append(link)
    const event = new window.MouseEvent('click', { bubbles: true, cancelable: true, ...options })
    link.dispatchEvent(event)
    return event.defaultPrevented
  }
  return { window, router, shown, codes, click }
}
const [a, b] = [ses('a'), ses('b')]

test('A link to a session opens that session; the root opens Home, whatever runs', () => {
  const page = open(`/session/${a}`)
  page.router.start()
  expect(page.shown).toEqual([{ name: 'session', sessionId: a }])
  const root = open('/')
  root.router.start()
  expect(root.shown).toEqual([{ name: 'home' }])
})

test('An address that is none is Home; an ill-formed id is a session that is not to be asked for', () => {
  expect(routeOf('/nowhere')).toEqual({ name: 'home' })
  expect(isWellFormed(routeOf('/session/nonsense'))).toBe(false)
  expect(isWellFormed(routeOf(`/session/${a}`))).toBe(true)
})

test('Navigating changes the address once, and shows what it says', () => {
  const { window, router, shown } = open('/')
  router.navigate({ name: 'session', sessionId: a })
  router.navigate({ name: 'session', sessionId: a })
  expect(window.location.pathname).toBe(`/session/${a}`)
  expect(window.history.length).toBe(2)
  expect(shown).toHaveLength(2)
})

test('Browser Back goes back to what was shown', () => {
  const { window, router, shown } = open(`/session/${a}`)
  router.navigate({ name: 'session', sessionId: b })
  window.history.replaceState(null, '', `/session/${a}`)
  window.dispatchEvent(new window.PopStateEvent('popstate'))
  expect(shown.at(-1)).toEqual({ name: 'session', sessionId: a })
})

test('A login code is taken out of the address, and the path stays', () => {
  const { window, router } = open(`/session/${a}#code=s3cret`)
  expect(router.takeCode()).toBe('s3cret')
  expect(window.location.href).toBe(`http://127.0.0.1:4870/session/${a}`)
  expect(router.takeCode()).toBeNull()
})

test("The page's own links change the pane; others, and those for a new tab, are the browser's", () => {
  const { click, shown } = open('/')
  expect(click(`/session/${a}`)).toBe(true)
  expect(shown).toEqual([{ name: 'session', sessionId: a }])
  for (const options of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }])
    expect(click(`/session/${b}`, options)).toBe(false)
  expect(click('https://example.org/')).toBe(false)
  expect(click('/api/files/1')).toBe(false)
  expect(shown).toHaveLength(1)
})
