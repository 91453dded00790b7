import { describe, expect, test } from 'vitest'
import { createMarkdown } from '../../../web/src/markdown/markdown.ts'

function draw(text: string): HTMLElement {
  const { dom, update } = createMarkdown()
  update(text, true)
  return dom
}

const textOf = (text: string) => draw(text).textContent

describe('a message', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'a <b onclick=x>b</b>',
    '<iframe src="https://example.com"></iframe>',
    '<style>*{display:none}</style>',
    '<!-- hidden -->',
    '<svg/onload=alert(1)>',
    '| <img src=x> |\n|---|\n| <a href="javascript:x">y</a> |',
    '- <object data=x>',
  ])('shows HTML as text: %s', (text) => {
    const dom = draw(text)
    const allowed = new Set([
      'P',
      'PRE',
      'CODE',
      'DIV',
      'TABLE',
      'THEAD',
      'TBODY',
      'TR',
      'TH',
      'TD',
      'UL',
      'LI',
      'SPAN',
    ])
    for (const node of dom.querySelectorAll('*')) expect(allowed).toContain(node.tagName)
    for (const tag of text.match(/<[^>]*>/g) ?? []) expect(dom.textContent).toContain(tag)
  })

  test.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'src/main.ts',
    '//evil.example',
    '&#106;avascript:alert(1)',
    'blob:x',
  ])('never links to %s, and says where it would have led', (address) => {
    const dom = draw(`[label](${address}) [again][ref]\n\n[ref]: ${address}`)
    expect(dom.querySelector('[href]')).toBeNull()
    expect(dom.textContent).toContain('label')
    expect(dom.textContent).toMatch(/label \S+/)
  })

  test('links out safely, with the whole address beside a label that does not say it', () => {
    const dom = draw('[the bank](https://evil.example/a?b=1&amp;c=2#d) and [mail](mailto:a@example.com)')
    const [link, mail] = dom.querySelectorAll('a')
    expect(link?.textContent).toBe('the bank https://evil.example/a?b=1&c=2#d')
    expect([link?.target, link?.rel, link?.getAttribute('href')]).toEqual([
      '_blank',
      'noopener noreferrer',
      'https://evil.example/a?b=1&c=2#d',
    ])
    expect(mail?.textContent).toBe('mail mailto:a@example.com')
  })

  test('does not repeat an address that the label says', () => {
    expect(textOf('<https://example.com/a>')).toBe('https://example.com/a')
    expect(textOf('https://example.com/ and www.example.com and me@example.com')).toBe(
      'https://example.com/ and www.example.com and me@example.com',
    )
  })

  test('is not fooled by a label that says another address, or hides something in its own', () => {
    expect(textOf('[https://bank.example](https://evil.example)')).toContain('https://evil.example/')
    expect(textOf('[https://pаypal.com](https://pаypal.com)')).toContain('https://xn--pypal-4ve.com/')
    expect(textOf('[https://example.com/\u202egpj.exe](https://example.com/\u202egpj.exe)')).toContain('%E2%80%AE')
    expect(textOf('[a\u200bb](https://example.com)')).toContain('aU+200Bb')
    expect(textOf('[](https://example.com)')).toContain('https://example.com/')
  })

  test('never fetches an image: it is a link with its description', () => {
    const dom = draw('![a cat](https://evil.example/?secret=1) ![x](data:image/png;base64,AAAA)')
    expect(dom.querySelector('img, picture, source, [src], [srcset], [style]')).toBeNull()
    expect(dom.querySelector('a')?.textContent).toBe('Image: a cat https://evil.example/?secret=1')
    expect(dom.querySelectorAll('a')).toHaveLength(1)
  })

  test('shows what hides in code, and copies it as it was', async () => {
    const dom = draw('`rm \u202e x`\n\n```sh\nls\u200b\n\u0000\ttab\n```')
    expect(dom.querySelector('p code')?.textContent).toBe('rm U+202E x')
    expect(dom.querySelector('pre code')?.textContent).toContain('lsU+200B\n')
    expect(dom.querySelector('pre .unseen')?.getAttribute('title')).toBe('zero-width space (U+200B)')
    const copied: string[] = []
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: async (text: string) => copied.push(text) },
    })
    dom.querySelector<HTMLElement>('.md-code-copy')?.click()
    expect(copied).toEqual(['ls\u200b\n\u0000\ttab'])
  })

  test('wraps long lines of code when asked', () => {
    const dom = draw('```\nlong\n```')
    const button = dom.querySelector<HTMLElement>('.md-code-wrap')
    button?.click()
    expect([button?.getAttribute('aria-pressed'), dom.querySelector('.md-wrapped')]).toEqual([
      'true',
      dom.querySelector('.md-code'),
    ])
  })

  test('keeps footnotes, unknown entities and mathematics as they were written', () => {
    expect(textOf('A note[^1].\n\n[^1]: Word')).toBe('A note[^1].[^1]: Word')
    expect(textOf('&amp; &rarr; &#65; &nosuch; &amp;lt;')).toBe('& → A &nosuch; &lt;')
    expect(textOf('costs $5 or $6')).toBe('costs $5 or $6')
  })

  test('ticks its tasks, numbers its lists from where they start, and aligns its tables', () => {
    const dom = draw('- [x] done\n- [ ] open\n\n3. three\n4. four\n\n| a | b |\n|:-:|--:|\n| 1 | 2<br>3 |')
    expect([...dom.querySelectorAll('.md-box')].map((box) => box.getAttribute('aria-label'))).toEqual([
      'Done',
      'Not done',
    ])
    expect(dom.querySelector('ol')?.start).toBe(3)
    expect([...dom.querySelectorAll('td')].map((cell) => cell.className)).toEqual(['md-center', 'md-right'])
    expect(dom.querySelectorAll('td br')).toHaveLength(1)
  })

  test('shows what is nested beyond reading as text', () => {
    for (const mark of ['>', '> ', '- ', '1. ', '> - ']) {
      const dom = draw(`${mark.repeat(1_000)}a`)
      expect(dom.querySelector('blockquote, li')).toBeNull()
      expect(dom.textContent).toContain(mark.repeat(1_000).trim())
    }
    const stairs = Array.from({ length: 500 }, (_, level) => `${' '.repeat(2 * level)}- x`).join('\n')
    expect(draw(stairs).querySelector('li')).toBeNull()
    expect(draw(stairs.slice(0, 1_000)).querySelectorAll('li').length).toBeGreaterThan(20)
  })

  test('survives any depth and any length of nonsense', () => {
    for (const text of [
      '>'.repeat(2_000),
      `${'*_'.repeat(5_000)}a${'_*'.repeat(5_000)}`,
      '['.repeat(5_000),
      '*'.repeat(5_000),
      '- '.repeat(300),
      '`'.repeat(5_000),
      '\ud800'.repeat(100),
    ]) {
      expect(() => draw(text)).not.toThrow()
    }
  })
})

describe('while it grows', () => {
  const grow = (text: string) => {
    const markdown = createMarkdown()
    return { markdown, at: (end: number) => markdown.update(text.slice(0, end), false) }
  }

  test('finished blocks keep their nodes, and so do the lines above the last in the one that grows', () => {
    const text =
      '# Title\n\nFirst *paragraph*.\n\n- one\n- two\n- three\n\n```ts\nconst a = 1\nconst b = 2\n```\n\nlast'
    const { markdown, at } = grow(text)
    at(text.indexOf('three'))
    const [title, paragraph, list] = markdown.dom.children
    const item = list?.firstElementChild
    at(text.indexOf('const b'))
    const code = markdown.dom.querySelector('pre code')?.firstChild
    at(text.length)
    expect([...markdown.dom.children].slice(0, 3)).toEqual([title, paragraph, list])
    expect(list?.firstElementChild).toBe(item)
    expect(markdown.dom.querySelector('pre code')?.firstChild).toBe(code)
    markdown.update(text, true)
    expect(markdown.dom.querySelector('pre code')?.firstChild).toBe(code)
  })

  test('a paragraph is not a heading for a moment while a list begins below it', () => {
    const text = 'A paragraph\n- item\n--\n1. x\n'
    const { markdown, at } = grow(text)
    for (let end = 1; end <= text.length; end++) {
      at(end)
      expect(markdown.dom.querySelector('h3, h4')).toBeNull()
    }
  })

  test('half a character and half a line end wait for their other half', () => {
    const markdown = createMarkdown()
    markdown.update('smile \ud83d', false)
    expect(markdown.dom.textContent).toBe('smile ')
    markdown.update('smile \ud83d\ude00\r', false)
    markdown.update('smile \ud83d\ude00\r\nnext', false)
    expect(markdown.dom.textContent).toBe('smile 😀\nnext')
    expect(markdown.dom.children).toHaveLength(1)
  })

  test('a reference becomes a link as soon as its definition is complete', () => {
    const markdown = createMarkdown()
    markdown.update('See [docs].\n\n[docs]: https://exam', false)
    expect(markdown.dom.querySelector('a')).toBeNull()
    markdown.update('See [docs].\n\n[docs]: https://example.com\n\nMore', false)
    expect(markdown.dom.querySelector('a')).toBeNull()
    markdown.update('See [docs].\n\n[docs]: https://example.com\n\nMore\n', false)
    expect(markdown.dom.querySelector('a')?.getAttribute('href')).toBe('https://example.com/')
  })

  test('a selection in code that grows stays', () => {
    const markdown = createMarkdown()
    document.body.append(markdown.dom)
    markdown.update('```\nselect me\n', false)
    const text = markdown.dom.querySelector('code')?.firstChild as Text
    document.getSelection()?.setBaseAndExtent(text, 0, text, 6)
    markdown.update('```\nselect me\nand more', false)
    expect(document.getSelection()?.toString()).toBe('select')
    markdown.dom.remove()
  })
})
