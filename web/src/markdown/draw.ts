/** A token to a node: each block and each inline token becomes exactly one, so that a patch can go by position. */
import type { Token, Tokens } from 'marked'
import { drawCode, drawTable } from './code.ts'
import { element } from './elements.ts'
import { withEntities } from './entities.ts'
import { drawImage, drawLink } from './links.ts'
import { visible } from './visible.ts'

/** Where the text stands: hidden characters are shown in links, and character references are literal in bare addresses. */
type Place = 'prose' | 'link' | 'address'

export function draw(token: Token): Node {
  return drawIn(token as Tokens.Generic, 'prose')
}

export const drawInline = (tokens: readonly Token[]): Node[] => tokens.map(draw)

/** The tokens inside, one node each in what `draw` made; null for what is drawn as a whole. */
export function childrenOf(token: Token): readonly Token[] | null {
  switch (token.type) {
    case 'paragraph':
    case 'heading':
    case 'blockquote':
      return drawn(token)
    case 'text':
      return 'tokens' in token && token.tokens ? drawn(token) : null
    case 'list':
      return (token as Tokens.List).items
    case 'list_item':
      return drawn(token)
    default:
      return null
  }
}

/** What a node must have in common with its token, besides its children, to be kept and patched. */
export function shapeOf(token: Token): string {
  if (token.type === 'heading') return `heading ${(token as Tokens.Heading).depth}`
  if (token.type === 'list') return `list ${(token as Tokens.List).ordered} ${(token as Tokens.List).start}`
  if (token.type === 'list_item') return `item ${(token as Tokens.ListItem).task} ${(token as Tokens.ListItem).checked}`
  if (token.type === 'code') return `code ${(token as Tokens.Code).lang ?? ''}`
  return isBlockText(token) ? 'paragraph' : token.type
}

/** Where the children's nodes are, and what stands before them. */
export function leadOf(token: Token): number {
  return token.type === 'list_item' && (token as Tokens.ListItem).task ? 1 : 0
}

function isBlockText(token: Token): boolean {
  return token.type === 'text' && 'tokens' in token && token.tokens !== undefined
}

/** A task's box is its item's, wherever the lexer put it. */
function drawn(token: Token): readonly Token[] {
  const tokens = ('tokens' in token && token.tokens) || []
  return tokens.filter(({ type }) => type !== 'space' && type !== 'def' && type !== 'checkbox')
}

function drawIn(token: Tokens.Generic, place: Place): Node {
  const inside = () =>
    (childrenOf(token as Token) ?? token.tokens ?? []).map((child) => drawIn(child as Tokens.Generic, place))
  if (isBlockText(token as Token)) return element('p', '', {}, ...inside())
  switch (token.type) {
    case 'paragraph':
      return element('p', '', {}, ...inside())
    case 'heading':
      return element((['h3', 'h4', 'h5'] as const)[token.depth - 1] ?? 'h6', `md-h${token.depth}`, {}, ...inside())
    case 'blockquote':
      return element('blockquote', '', {}, ...inside())
    case 'list':
      return drawList(token as Tokens.List, inside())
    case 'list_item':
      return drawItem(token as Tokens.ListItem, inside())
    case 'code':
      return drawCode(token as Tokens.Code)
    case 'table':
      return drawTable(token as Tokens.Table, drawInline)
    case 'hr':
      return element('hr', '', {})
    case 'html':
      return token.block ? element('p', 'md-raw', {}, token.raw.trimEnd()) : drawInlineHtml(token.raw, place)
    default:
      return drawInlineToken(token, place, inside)
  }
}

function drawInlineToken(token: Tokens.Generic, place: Place, inside: () => Node[]): Node {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return element(token.type, '', {}, ...inside())
    case 'codespan':
      return element('code', '', {}, ...visible(token.text))
    case 'br':
      return element('br', '', {})
    case 'link': {
      const label = (token.tokens ?? []).map((child) =>
        drawIn(child as Tokens.Generic, token.autolink ? 'address' : 'link'),
      )
      return drawLink(token as Tokens.Link, label)
    }
    case 'image':
      return drawImage(token as Tokens.Image)
    case 'text':
      return drawText(place === 'address' || token.escaped ? token.text : withEntities(token.text), place)
    default: // escapes, and whatever a later lexer may bring
      return drawText(token.text ?? token.raw, place)
  }
}

/** The one tag that models write where Markdown has no word for it: a line break in a table's cell. */
function drawInlineHtml(raw: string, place: Place): Node {
  return /^<br\s*\/?>$/i.test(raw) ? element('br', '', {}) : drawText(raw, place)
}

function drawText(text: string, place: Place): Node {
  if (place === 'prose') return document.createTextNode(text)
  const nodes = visible(text)
  return nodes.length === 1 ? (nodes[0] as Node) : element('span', '', {}, ...nodes)
}

/** Loose and tight lists have the same elements, so an item that makes the list loose moves no node. */
export const looseClass = (loose: boolean): string => (loose ? 'md-loose' : 'md-tight')

function drawList(list: Tokens.List, items: readonly Node[]): HTMLElement {
  const className = looseClass(list.loose)
  if (!list.ordered) return element('ul', className, {}, ...items)
  return element('ol', className, list.start === 1 ? {} : { start: String(list.start) }, ...items)
}

function drawItem(item: Tokens.ListItem, children: readonly Node[]): HTMLElement {
  if (!item.task) return element('li', '', {}, ...children)
  const done = item.checked === true
  const box = { role: 'img', 'aria-label': done ? 'Done' : 'Not done' }
  return element('li', 'md-task', {}, element('span', done ? 'md-box md-done' : 'md-box', box), ...children)
}
