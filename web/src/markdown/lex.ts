/**
 * Markdown that grows: each call gets the whole text and lexes only what is past the last closed segment. The result is a
 * function of the text and of `settled` alone; how it was cut on its way does not matter.
 *
 * While it grows, a last line that could still become something else (`--`, `1.`, `|-`, the opening of a fence) is held
 * back, so that a paragraph does not turn into a heading and back; and link definitions count once their segment is closed.
 */
import type { Token, Tokens } from 'marked'
import { closesFence, openFence, type Scan, scanLine, scanStart } from './scan.ts'
import { type Links, lexSegment, type Segment } from './segment.ts'

export interface Lexed {
  /** Top-level blocks that are drawn, one node each. */
  blocks: readonly Token[]
  /** So many of them are the very tokens of the call before. */
  kept: number
  /** A new link definition may have changed blocks whose source is the same. */
  relinked: boolean
}

interface Progress {
  /** What was given, with its line ends as they came. */
  text: string
  /** The same with `\n` only. */
  source: string
  settled: boolean
  scan: Scan
  /** Start of the first line that is not scanned. */
  lineStart: number
  tailStart: number
  closed: Segment[]
  blocks: Token[]
  links: Links
}

export function createLexer(): { lex(text: string, settled: boolean): Lexed } {
  let progress = begin()
  return {
    lex(text, settled) {
      const continues = text.startsWith(progress.text) && (!progress.settled || text.length === progress.text.length)
      if (!continues) progress = begin()
      const kept = Math.max(0, progress.blocks.length - 1)
      const before = progress.links
      take(progress, text, settled)
      const tail = settled ? [] : [lexSegment(withoutUndecided(progress), progress.links, false)]
      const relinked = !continues || progress.links !== before
      const blocks = [...progress.blocks]
      for (const segment of tail) addBlocks(blocks, segment, progress.closed.at(-1))
      return { blocks, kept: relinked ? 0 : kept, relinked }
    },
  }
}

function begin(): Progress {
  return {
    text: '',
    source: '',
    settled: false,
    scan: scanStart,
    lineStart: 0,
    tailStart: 0,
    closed: [],
    blocks: [],
    links: {},
  }
}

function take(progress: Progress, text: string, settled: boolean): void {
  if (progress.settled) return
  // Half of a line end or of a character pair waits for its other half.
  const usable = settled ? text : text.replace(/[\r\uD800-\uDBFF]$/, '')
  if (usable.length > progress.text.length) {
    progress.source += usable.slice(progress.text.length).replace(/\r\n?/g, '\n')
    progress.text = usable
  }
  const { source } = progress
  for (let end = source.indexOf('\n', progress.lineStart); end !== -1; end = source.indexOf('\n', progress.lineStart)) {
    takeLine(progress, end)
    progress.lineStart = end + 1
  }
  if (!settled) return
  if (progress.lineStart < source.length) takeLine(progress, source.length)
  closeSegment(progress, source.length)
  progress.settled = true
}

function takeLine(progress: Progress, end: number): void {
  const { lineStart } = progress
  const { scan, cuts } = scanLine(progress.scan, progress.source.slice(lineStart, end))
  if (cuts) closeSegment(progress, lineStart)
  progress.scan = scan
  if (scan.afterFence) closeSegment(progress, Math.min(end + 1, progress.source.length))
}

function closeSegment(progress: Progress, end: number): void {
  if (end === progress.tailStart) return
  const segment = lexSegment(progress.source.slice(progress.tailStart, end), progress.links, true)
  progress.tailStart = end
  const fresh = Object.keys(segment.links).filter((tag) => !Object.hasOwn(progress.links, tag))
  addBlocks(progress.blocks, segment, progress.closed.at(-1))
  progress.closed.push(segment)
  if (fresh.length > 0) relink(progress, { ...segment.links, ...progress.links })
}

/** References may come before their definition: what holds a bracket is lexed again. */
function relink(progress: Progress, links: Links): void {
  progress.links = links
  const closed = progress.closed.map((segment) =>
    segment.source.includes('[') ? { ...lexSegment(segment.source, links, true), links: segment.links } : segment,
  )
  progress.closed = closed
  progress.blocks = []
  closed.forEach((segment, index) => {
    addBlocks(progress.blocks, segment, closed[index - 1])
  })
}

const drawnNowhere = new Set(['space', 'def'])

function addBlocks(blocks: Token[], segment: Segment, before: Segment | undefined): void {
  const [first, ...others] = segment.tokens.filter((token) => !drawnNowhere.has(token.type))
  const last = before?.tokens.findLast((token) => token.type !== 'space')
  const joins = first && last && segment.tokens[0] === first && isSameList(last, first)
  if (joins) {
    const list = blocks.pop() as Tokens.List
    blocks.push(joinLists(list, first as Tokens.List, /\n[ \t]*\n$/.test(before?.source ?? '')))
  } else if (first) blocks.push(first)
  blocks.push(...others)
}

function isSameList(one: Token, other: Token): boolean {
  return one.type === 'list' && other.type === 'list' && bullet(one as Tokens.List) === bullet(other as Tokens.List)
}

function bullet(list: Tokens.List): string | undefined {
  return /^ {0,3}\d*(\D)/.exec(list.items.at(-1)?.raw ?? '')?.[1]
}

function joinLists(list: Tokens.List, more: Tokens.List, blankBetween: boolean): Tokens.List {
  const loose = list.loose || more.loose || blankBetween
  return { ...list, raw: list.raw + more.raw, loose, items: list.items.concat(more.items) }
}

const undecidedLine = /^[ \t>]*(?:[-=+*_#|:`~ \t]*|\d{1,9}[.)]?|(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]?\]?)[ \t]*$/

function withoutUndecided(progress: Progress): string {
  const { source, lineStart, tailStart, scan } = progress
  const line = source.slice(lineStart)
  const undecided = scan.fence
    ? closesFence(scan.fence, line) || scan.fence.mark.startsWith(line.trim())
    : undecidedLine.test(line) || openFence(line, scan.itemIndent) !== undefined
  return source.slice(tailStart, undecided ? lineStart : undefined)
}
