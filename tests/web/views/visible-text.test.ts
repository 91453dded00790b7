import { describe, expect, test } from 'vitest'
import { commandBlock, visibleText } from '../../../web/src/views/parts/visible-text.ts'

const shown = (text: string) =>
  visibleText(text)
    .nodes.map((node) => node.textContent)
    .join('')
const marked = (text: string) => visibleText(text).marked

describe('What a person approves is what is run', () => {
  test.each([
    ['a zero-width space', 'rm\u200b -rf', 'U+200B'],
    ['a right-to-left override', 'echo \u202egpj.exe', 'U+202E'],
    ['a left-to-right isolate', '\u2066x\u2069', 'U+2066'],
    ['a no-break space', 'rm\u00a0x', 'U+00A0'],
    ['a carriage return', 'safe\rrm -rf /', 'U+000D'],
    ['an escape', '\u001b[2Jls', 'U+001B'],
  ])('%s is spelt out', (_, text, name) => {
    expect(shown(text)).toContain(name)
    expect(marked(text)).toBeGreaterThan(0)
  })

  test('a Cyrillic letter in a Latin word is marked', () => {
    const { nodes, marked } = visibleText('curl https://ex\u0430mple.com')
    expect(marked).toBe(1)
    const mark = nodes.find((node) => node instanceof HTMLElement) as HTMLElement
    expect(mark.title).toContain('U+0430')
  })

  test('so is a word that is made of look-alikes only, and a full-width sign', () => {
    expect(marked('\u0440\u0430\u0441 file')).toBe(3)
    expect(marked('ls \uff1b rm')).toBe(1)
  })

  test('a Russian, Greek, Chinese or Arabic word is not', () => {
    expect(marked('open отчёт.txt καλημέρα.md 报告.md تقرير.md')).toBe(0)
  })

  test('an ordinary command stands as it is, tabs and line ends too', () => {
    const command = 'for f in *.ts; do\n\techo "$f" — done\ndone'
    expect(marked(command)).toBe(0)
    expect(shown(command)).toBe(command)
  })

  test('16 KB of it are all there, and it is said how much that is', () => {
    const command = 'echo 1234567890 &&\n'.repeat(900)
    const block = commandBlock(command)
    expect(block.querySelector('pre')?.textContent).toBe(command)
    expect(block.textContent).toMatch(/All 17.100 characters in 901 lines are shown/)
  })
})
