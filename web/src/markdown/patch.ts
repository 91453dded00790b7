/**
 * Turns the nodes of the tokens before into those of the tokens after: what is the same keeps its node, what has only grown
 * is patched from its end, the rest is drawn. Selections and scrolled code blocks above the last line stay as they are.
 */
import type { Token, Tokens } from 'marked'
import { patchCode, patchTable } from './code.ts'
import { childrenOf, draw, drawInline, leadOf, looseClass, shapeOf } from './draw.ts'

export interface Change {
  /** So many tokens at the beginning need no look. */
  kept: number
  /** Link definitions changed: the same source may be drawn differently. */
  relinked: boolean
}

export function patchChildren(
  parent: Node,
  before: readonly Token[],
  after: readonly Token[],
  { kept, relinked }: Change,
  lead = 0,
): void {
  for (let index = kept; index < after.length; index++) {
    const token = after[index] as Token
    const old = before[index]
    const node = index < before.length ? parent.childNodes[lead + index] : undefined
    if (!node || !old) parent.appendChild(draw(token))
    else if (!isSame(old, token, relinked) && !patch(node, old, token, relinked)) parent.replaceChild(draw(token), node)
  }
  for (let extra = before.length - after.length; extra > 0; extra--) parent.lastChild?.remove()
}

function isSame(old: Token, token: Token, relinked: boolean): boolean {
  if (old === token) return true
  if (old.type !== token.type || old.raw !== token.raw || isLoose(old) !== isLoose(token)) return false
  return !relinked || !token.raw.includes('[')
}

function isLoose(token: Token): boolean {
  return 'loose' in token && token.loose === true
}

/** False if the node cannot become that token's. */
function patch(node: Node, old: Token, token: Token, relinked: boolean): boolean {
  if (shapeOf(old) !== shapeOf(token)) return false
  if (token.type === 'code') patchCode(node as Element, token as Tokens.Code)
  else if (token.type === 'table')
    return !relinked && patchTable(node as Element, old as Tokens.Table, token as Tokens.Table, drawInline)
  else {
    const [before, after] = [childrenOf(old), childrenOf(token)]
    if (before && after) patchChildren(node, before, after, { kept: 0, relinked }, leadOf(token))
    else return node instanceof Text && patchText(node, draw(token))
    if (token.type === 'list' && isLoose(old) !== isLoose(token))
      (node as Element).className = looseClass(isLoose(token))
  }
  return true
}

function patchText(node: Text, wanted: Node): boolean {
  if (!(wanted instanceof Text)) return false
  if (wanted.data.startsWith(node.data)) node.appendData(wanted.data.slice(node.data.length))
  else node.data = wanted.data
  return true
}
