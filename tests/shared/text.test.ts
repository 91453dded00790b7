import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutGraphemes, oneLine, previewOf, titleLimit, titleOf } from '../../shared/text.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const graphemes = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment)
const family = '👩‍👩‍👧‍👦'

test('59. A title of 80 emoji or Chinese characters is kept whole; one more is cut between characters, not within', () => {
  for (const character of ['🧵', family, '織', 'é', '🇩🇪']) {
    expect(titleOf(character.repeat(80))).toBe(character.repeat(80))
    const cut = titleOf(character.repeat(81))
    expect(cut).toBe(`${character.repeat(79)}…`)
  }
})

test('a title is the first line that has words, without its Markdown marks', () => {
  expect(titleOf('\n  ## Plan the `loom`  \nand more')).toBe('Plan the loom')
  expect(titleOf('###\n---\n> quoted\ttext')).toBe('quoted text')
  expect(titleOf(' \n\u0007')).toBe('')
})

test('a cut text has at most so many characters, begins as the text does, and is never cut within one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
      const cut = cutGraphemes(text, limit)
      expect(graphemes(cut).length).toBeLessThanOrEqual(limit)
      if (cut === text) return
      expect(cut.endsWith('…')).toBe(true)
      const kept = graphemes(cut.slice(0, -1))
      expect(graphemes(text).slice(0, kept.length)).toEqual(kept)
    }),
  )
})

test('what is taken for plain text is cut as the segmenter would cut it', () => {
  const letters = fc.constantFrom(
    'a',
    ' ',
    'é',
    'я',
    'λ',
    '織',
    'カ',
    'が',
    '한',
    '글',
    '。',
    '！',
    'e\u0301',
    '\u3099',
    'ｶﾞ',
    '\u200d',
    '🧵',
  )
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 40, size: 'max' }), fc.integer({ min: 1, max: 12 }), (parts, limit) => {
      const text = parts.join('')
      const all = graphemes(text)
      const expected =
        all.length <= limit
          ? text
          : `${all
              .slice(0, limit - 1)
              .join('')
              .trimEnd()}…`
      expect(cutGraphemes(text, limit)).toBe(expected)
    }),
    { numRuns: 500 },
  )
})

test('a text that fits is not touched', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      expect(cutGraphemes(text, graphemes(text).length)).toBe(text)
    }),
  )
})

test('a preview is one short line, however long the text and however long its characters', () => {
  expect(previewOf('  a\n\nb\u0000c ')).toBe('a b c')
  expect(previewOf('## Welcome\n\nRuns **many** `chats`:\n- one\n- 2 - 1 > 0')).toBe(
    'Welcome Runs many chats: one 2 - 1 > 0',
  )
  expect(previewOf('x'.repeat(1000))).toBe(`${'x'.repeat(139)}…`)
  expect(previewOf(family.repeat(139))).toBe(`${family.repeat(101)}…`)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), (text) => {
      const preview = previewOf(text)
      expect(graphemes(preview).length).toBeLessThanOrEqual(140)
      expect(preview).toBe(oneLine(preview))
    }),
    { numRuns: 30 },
  )
})

const untidy = fc.constantFrom('a', '🧵', ' ', '\n', '\r', '\t', '\0', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff')

test('one line has no white space but single spaces, and no control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: untidy, maxLength: 40, size: 'max' }), (text) => {
      const line = oneLine(text)
      expect(line).not.toMatch(/\p{Cc}|[^\S ]| {2}|^ | $/u)
      expect(oneLine(line)).toBe(line)
    }),
  )
  expect(titleLimit).toBe(80)
})
