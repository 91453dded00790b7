/** Code blocks and tables: what scrolls inside itself and grows by its end. */
import type { Tokens } from 'marked'
import { type AllowedTag, element } from './elements.ts'
import { hasUnseen, visible } from './visible.ts'

/** What stands in a block, as it is to be copied: in the page hidden characters are spelt out. */
const sources = new WeakMap<Element, string>()

export function drawCode(token: Tokens.Code): HTMLElement {
  const language = (token.lang ?? '').split(/[\s,{]/, 1)[0] ?? ''
  const code = element('code', '', {})
  const dom = element(
    'div',
    'md-code',
    {},
    element(
      'div',
      'md-code-head',
      {},
      element('span', 'md-code-language', {}, ...visible(language)),
      element('button', 'md-code-wrap', { type: 'button', 'aria-pressed': 'false' }, 'Wrap'),
      element('button', 'md-code-copy', { type: 'button' }, 'Copy'),
    ),
    element('pre', '', { tabindex: '0' }, code),
  )
  patchCode(dom, token)
  return dom
}

/** Appends what is new to the text that stands; the selection in it stays. */
export function patchCode(dom: Element, token: Tokens.Code): void {
  const code = dom.querySelector('code') as HTMLElement
  const before = sources.get(dom) ?? ''
  const { text } = token
  sources.set(dom, text)
  const last = code.lastChild
  const grown = text.startsWith(before) ? text.slice(before.length) : null
  if (grown === '') return
  if (grown !== null && last instanceof Text && !hasUnseen(before.slice(-1) + grown)) last.appendData(grown)
  else code.replaceChildren(...visible(text))
}

/** The buttons of all code blocks in it. */
export function listenForCodeButtons(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('button')
    const block = button?.closest('.md-code')
    if (!button || !block) return
    if (button.classList.contains('md-code-copy')) void copy(button, block)
    else button.setAttribute('aria-pressed', String(block.classList.toggle('md-wrapped')))
  })
}

const copiedShownMs = 1_500

async function copy(button: HTMLElement, block: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(sources.get(block) ?? '')
    button.textContent = 'Copied'
  } catch {
    // Not a secure page, or not allowed: the person copies what is selected for them.
    document.getSelection()?.selectAllChildren(block.querySelector('code') as Element)
    button.textContent = 'Selected'
  }
  setTimeout(() => {
    button.textContent = 'Copy'
  }, copiedShownMs)
}

type DrawInline = (tokens: Tokens.TableCell['tokens']) => Node[]

export function drawTable(token: Tokens.Table, drawInline: DrawInline): HTMLElement {
  const head = element('thead', '', {}, drawRow('th', token.header, drawInline))
  const body = element('tbody', '', {}, ...token.rows.map((row) => drawRow('td', row, drawInline)))
  return element(
    'div',
    'md-table',
    { tabindex: '0', role: 'group', 'aria-label': 'Table' },
    element('table', '', {}, head, body),
  )
}

/** False if its head or a row above the last one differs: then it is drawn anew. */
export function patchTable(dom: Element, before: Tokens.Table, after: Tokens.Table, drawInline: DrawInline): boolean {
  const body = dom.querySelector('tbody') as Element
  const standing = before.rows.length - 1
  const same = (one: readonly Tokens.TableCell[], other: readonly Tokens.TableCell[] | undefined) =>
    one.length === other?.length &&
    one.every((cell, index) => cell.text === other[index]?.text && cell.align === other[index]?.align)
  if (!same(before.header, after.header) || after.rows.length < before.rows.length) return false
  if (!before.rows.slice(0, Math.max(0, standing)).every((row, index) => same(row, after.rows[index]))) return false
  after.rows.slice(Math.max(0, standing)).forEach((row, index) => {
    const at = Math.max(0, standing) + index
    const old = body.children[at]
    if (!old) body.append(drawRow('td', row, drawInline))
    else if (!same(before.rows[at] ?? [], row)) old.replaceWith(drawRow('td', row, drawInline))
  })
  return true
}

function drawRow(
  tag: Extract<AllowedTag, 'th' | 'td'>,
  cells: readonly Tokens.TableCell[],
  drawInline: DrawInline,
): HTMLElement {
  const drawn = cells.map((cell) =>
    element(
      tag,
      cell.align ? `md-${cell.align}` : '',
      tag === 'th' ? { scope: 'col' } : {},
      ...drawInline(cell.tokens),
    ),
  )
  return element('tr', '', {}, ...drawn)
}
