import fc from 'fast-check'
import { lexer as markedLexer } from 'marked'
import { describe, expect, test } from 'vitest'
import { drawInline } from '../../../web/src/markdown/draw.ts'
import { createMarkdown } from '../../../web/src/markdown/markdown.ts'

const line = fc.constantFrom(
  'plain words',
  'two  \nlines',
  '# Heading',
  '## Heading *two*',
  'setext',
  '===',
  '---',
  '--',
  '***',
  '> quote',
  '> - item',
  '>',
  'lazy',
  '- item',
  '- ',
  '-',
  '* item',
  '+ item',
  '  nested',
  '  - nested',
  '    deep',
  '   - three',
  '1. one',
  '2. two',
  '10. ten',
  '3) three',
  '   more',
  '- [ ] task',
  '- [x] done',
  '- [',
  '```',
  '```ts',
  '````',
  '~~~',
  '  ```',
  '- ```js',
  '   ```',
  'const a = `b`',
  '| a | b |',
  '|---|:-:|',
  '| 1 | 2 |',
  'a | b',
  '[ref]',
  '[ref][one]',
  '[one]: https://example.com/one',
  '[ref]: https://example.com',
  '[^1]: note',
  'text[^1]',
  '![alt](https://example.com/x.png)',
  '<div>',
  '</div>',
  '<!-- a',
  '-->',
  '<pre>',
  '</pre>',
  '<br>',
  '&amp; &nbsp;',
  '**bold',
  '**bold**',
  '_it_ `code` ~~gone~~',
  '\\*',
  '\t- tab',
  '\ttab',
  'https://example.com/a_b',
  '<https://example.com>',
  '😀 \u202e',
  '\ud83d',
  '\ude00',
  '$a_1$',
  '',
)
const newline = fc.constantFrom('\n', '\n', '\n', '\n\n', '\n\n', '\r\n', '\r\n\r\n', '\r')
const document = fc.array(fc.tuple(line, newline), { maxLength: 24 }).map((lines) => lines.flat().join(''))
const anyText = fc.oneof(
  { weight: 4, arbitrary: document },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
)
const cuts = fc.array(fc.nat(400), { maxLength: 30 })

function oneShot(text: string, settled: boolean): string {
  const markdown = createMarkdown()
  markdown.update(text, settled)
  return markdown.dom.outerHTML
}

describe('a streamed message', () => {
  test('looks the same as one that came at once, however it was cut', () => {
    fc.assert(
      fc.property(anyText, cuts, (text, at) => {
        const streamed = createMarkdown()
        for (const end of at.filter((cut) => cut < text.length).sort((a, b) => a - b))
          streamed.update(text.slice(0, end), false)
        streamed.update(text, false)
        expect(streamed.dom.outerHTML).toBe(oneShot(text, false))
        streamed.update(text, true)
        expect(streamed.dom.outerHTML).toBe(oneShot(text, true))
      }),
      { numRuns: 1500 },
    )
  })

  test('looks at every moment of its growth as if it had come at once', () => {
    fc.assert(
      fc.property(document, (text) => {
        const streamed = createMarkdown()
        for (let end = 0; end <= text.length; end++) {
          streamed.update(text.slice(0, end), false)
          expect(streamed.dom.outerHTML).toBe(oneShot(text.slice(0, end), false))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('may be replaced, shortened and go on after its end, and still looks as if it had come at once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, fc.boolean()), { minLength: 1, maxLength: 6 }), (texts) => {
        const markdown = createMarkdown()
        for (const [text, settled] of texts) {
          markdown.update(text, settled)
          expect(markdown.dom.outerHTML).toBe(oneShot(text, settled))
        }
      }),
      { numRuns: 400 },
    )
  })
})

const word = fc.constantFrom(
  'alpha',
  'beta *em*',
  '**strong**',
  '`code`',
  '[link](https://example.com)',
  'gamma',
  '[ref]',
)
const words = fc.array(word, { minLength: 1, maxLength: 5 }).map((all) => all.join(' '))
const block = fc.oneof(
  words,
  fc.tuple(words, words).map(([one, two]) => `${one}\n${two}`),
  words.map((text) => `## ${text}`),
  words.map((text) => `${text}\n===`),
  fc.array(words, { minLength: 1, maxLength: 4 }).map((items) => items.map((item) => `- ${item}`).join('\n')),
  fc
    .array(words, { minLength: 1, maxLength: 4 })
    .map((items) => items.map((item, index) => `${index + 1}. ${item}\n\n   more`).join('\n\n')),
  fc
    .array(words, { minLength: 1, maxLength: 4 })
    .map((items) => items.map((item) => `* [x] ${item}\n  - ${item}`).join('\n')),
  words.map((text) => `> ${text}\n>\n> - ${text}`),
  words.map((text) => `| a | b |\n|---|--:|\n| ${text} | 2 |`),
  words.map((text) => `\`\`\`ts\n${text}\n\n  # not a heading\n- no\n\`\`\``),
  words.map((text) => `- ${text}\n  \`\`\`\n  a\n\n  b\n  \`\`\`\n\n  after`),
  fc.constant('    indented\n\n    code'),
  fc.constant('<div>\nraw\n</div>'),
  words.map((text) => `<pre>\n# ${text}\n\n# no heading\n</pre>`),
  words.map((text) => `<!-- ${text}\n\n# no heading -->`),
  fc.constant('***'),
  fc.constant('[ref]: https://example.com/ref'),
)

test('an ordinary document is cut into the same blocks that the lexer finds in the whole', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
      const text = `${blocks.join('\n\n')}\n`
      const whole = globalThis.document.createElement('div')
      whole.append(...drawInline(markedLexer(text).filter(({ type }) => type !== 'space' && type !== 'def')))
      const markdown = createMarkdown()
      markdown.update(text, true)
      expect(markdown.dom.innerHTML).toBe(whole.innerHTML)
    }),
    { numRuns: 400 },
  )
})
