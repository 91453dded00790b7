import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  blindness,
  contrast,
  difference,
  isInGamut,
  oklabToLinear,
  oklchToOklab,
  seenWith,
  type Triple,
} from './colour.ts'

const sheet = readFileSync('web/src/styles/tokens.css', 'utf8')
const threads = Array.from({ length: 12 }, (_, index) => `thread-${index}`)
const surfaces = ['surface-0', 'surface-1', 'surface-2', 'surface-3']

/** The first `--name: light-dark(oklch(…), oklch(…))`: the theme without its contrast variants. */
function oklch(name: string, theme: 'light' | 'dark'): Triple {
  const value = new RegExp(`--${name}: light-dark\\(oklch\\(([^)]*)\\), oklch\\(([^)]*)\\)\\)`).exec(sheet)
  const [lightness, chroma, hue] = (value?.[theme === 'light' ? 1 : 2] ?? '').split(/[\s/]+/).map(Number.parseFloat)
  if (lightness === undefined || chroma === undefined || hue === undefined) throw new Error(`No colour --${name}.`)
  return [lightness / 100, chroma, hue]
}
const linear = (name: string, theme: 'light' | 'dark') => oklabToLinear(oklchToOklab(oklch(name, theme)))

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  const on = (text: string, surface: string) => contrast(linear(text, theme), linear(surface, theme))

  test('all text can be read on every surface', () => {
    for (const text of ['text-1', 'text-2', 'text-3']) {
      for (const surface of surfaces) expect(on(text, surface), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  test('what a state says can be read, also on its own tint', () => {
    for (const state of ['approval', 'question', 'error', 'done', 'accent']) {
      for (const surface of surfaces.slice(0, 3))
        expect(on(state, surface), `${state} on ${surface}`).toBeGreaterThanOrEqual(4.5)
    }
    for (const state of ['approval', 'question', 'error']) {
      for (const text of [state, 'text-1', 'text-2', 'text-3']) {
        expect(on(text, `${state}-soft`), `${text} on ${state}-soft`).toBeGreaterThanOrEqual(4.5)
      }
    }
    for (const side of ['added', 'removed']) expect(on('text-1', side)).toBeGreaterThanOrEqual(4.5)
    for (const state of ['accent', 'error']) expect(on(`on-${state}`, state), `on ${state}`).toBeGreaterThanOrEqual(4.5)
    expect(on('surface-0', 'text-1')).toBeGreaterThanOrEqual(7)
    expect(on('line-strong', 'surface-2'), 'the edge of a field').toBeGreaterThanOrEqual(3)
  })

  test('every thread is seen on every surface, and on what waits', () => {
    for (const thread of threads) {
      for (const surface of [...surfaces, 'approval-soft', 'question-soft']) {
        expect(on(thread, surface), `${thread} on ${surface}`).toBeGreaterThanOrEqual(3)
      }
    }
  })

  test('the threads are evenly apart in hue and equal in lightness and chroma, and every screen can show them', () => {
    threads.forEach((thread, index) => {
      const [lightness, chroma, hue] = oklch(thread, theme)
      expect([lightness, chroma]).toEqual(oklch('thread-0', theme).slice(0, 2))
      expect(hue).toBe(oklch('thread-0', theme)[2] + 30 * index)
      expect(isInGamut(linear(thread, theme)), thread).toBe(true)
    })
  })

  test('any two threads differ plainly to most eyes', () => {
    const colours = threads.map((thread) => linear(thread, theme))
    colours.forEach((one, index) => {
      for (const other of colours.slice(index + 1)) expect(difference(one, other)).toBeGreaterThan(0.05)
    })
  })

  // Equal lightness leaves a colour-blind eye one axis: twelve hues fold into fewer. A thread never stands alone for that reason.
  test.each(Object.keys(blindness))(
    'with %s no two threads are the same, and at least five are plainly apart',
    (kind) => {
      const seen = threads.map((thread) => seenWith(kind, linear(thread, theme)))
      const apart: Triple[] = []
      seen.forEach((colour, index) => {
        for (const other of seen.slice(index + 1)) expect(difference(colour, other)).toBeGreaterThan(0.005)
        if (apart.every((other) => difference(colour, other) > 0.04)) apart.push(colour)
      })
      expect(apart.length).toBeGreaterThanOrEqual(5)
    },
  )
})
