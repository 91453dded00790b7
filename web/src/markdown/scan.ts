/**
 * Cuts Markdown into segments that can be lexed one by one, looking at complete lines only and never ahead. So a segment,
 * once closed, is never touched again, and a text comes out the same however it arrived.
 *
 *   a new segment begins   at a line in column 0 after a blank line
 *                          at the opening line of a fence, and after its closing line
 *                          at the next item of a list that began its segment (the items are put together again)
 *   but never              inside a fence, nor in a raw block that only its end tag closes (`<pre>`, `<!--` …)
 */
export interface Fence {
  /** The opening run of backticks or tildes; the closing one is at least as long. */
  mark: string
  indent: number
  info: string
  /** A line with less indentation ends the list item that the fence stands in, and the fence with it. */
  container: number
}

export interface Scan {
  fence?: Fence
  /** What ends the raw block that is open. */
  rawEnd?: RegExp
  afterBlank: boolean
  /** The line before closed a fence of its own: the segment is complete. */
  afterFence: boolean
  /** Where the content of the current list item begins, 0 outside of lists. */
  itemIndent: number
}

export const scanStart: Scan = { afterBlank: true, afterFence: false, itemIndent: 0 }

export interface Scanned {
  scan: Scan
  /** The line begins a new segment. */
  cuts: boolean
}

export function scanLine(scan: Scan, line: string): Scanned {
  const blank = /^[ \t]*$/.test(line)
  const indent = line.search(/[^ ]/)
  if (scan.fence && (blank || indent >= scan.fence.container)) {
    if (!closesFence(scan.fence, line)) return { scan, cuts: false }
    const top = scan.fence.container === 0
    return { scan: { ...scan, fence: undefined, afterBlank: false, afterFence: top }, cuts: false }
  }
  if (scan.rawEnd) {
    const ends = scan.rawEnd.test(line)
    return { scan: { ...scan, rawEnd: ends ? undefined : scan.rawEnd, afterBlank: false }, cuts: false }
  }
  if (blank) return { scan: { ...scan, afterBlank: true, afterFence: false }, cuts: scan.afterFence }
  return scanText(scan, line, indent)
}

function scanText(scan: Scan, line: string, indent: number): Scanned {
  const { itemIndent } = scan
  const fence = openFence(line, itemIndent)
  const topFence = fence?.container === 0
  const item = indent === 0 ? listItemIndent(line) : 0
  const cuts = scan.afterFence || topFence || (indent === 0 && (scan.afterBlank || (itemIndent > 0 && item > 0)))
  // Only a list that begins its segment is surely one; a line in column 0 that is no item makes it unsure again.
  const next = indent > 0 && !topFence ? itemIndent : cuts || itemIndent > 0 ? item : 0
  const rawEnd = fence || next > item ? undefined : openRaw(line)
  return { scan: { afterBlank: false, afterFence: false, fence, rawEnd, itemIndent: next }, cuts }
}

export function openFence(line: string, itemIndent: number): Fence | undefined {
  const match = /^( *)(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line)
  if (!match) return undefined
  const [, spaces = '', mark = '', info = ''] = match
  const inItem = itemIndent > 0 && spaces.length >= itemIndent
  if (!inItem && spaces.length > 3) return undefined // indented code
  return { mark, indent: spaces.length, info: info.trim(), container: inItem ? itemIndent : 0 }
}

export function closesFence(fence: Fence, line: string): boolean {
  const match = /^ *(`{3,}|~{3,})[ \t]*$/.exec(line)
  return match?.[1]?.startsWith(fence.mark) === true && line.search(/[^ ]/) <= fence.container + 3
}

/** How far the content of a list item in column 0 is indented; 0 if the line begins none. */
function listItemIndent(line: string): number {
  if (/^(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/.test(line)) return 0 // a thematic break
  const match = /^((?:[-*+]|\d{1,9}[.)])(?=[ \t]|$))([ \t]*)(.*)$/.exec(line)
  if (!match) return 0
  const [, marker = '', spaces = '', content = ''] = match
  return marker.length + (content === '' || spaces.length > 4 ? 1 : spaces.length)
}

const rawBlocks: readonly [RegExp, RegExp][] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
  [/^ {0,3}<![A-Z]/i, />/],
]

function openRaw(line: string): RegExp | undefined {
  const end = rawBlocks.find(([begin]) => begin.test(line))?.[1]
  return end?.test(line.replace(/^ {0,3}<(?:!--)?/, '')) ? undefined : end
}
