/** One segment of Markdown to tokens, by marked's lexer; a fence that stands alone is read here, since it only grows. */
import { getDefaults, Lexer, type Token, Tokenizer, type Tokens } from 'marked'
import { closesFence, type Fence, openFence } from './scan.ts'

export type Links = Record<string, { href: string; title?: string | null }>

export interface Segment {
  source: string
  tokens: readonly Token[]
  /** What it defines for references anywhere in the text. */
  links: Links
}

/** Footnotes are no link definitions here: `[^1]: text` stays visible. */
class FootnotesAsText extends Tokenizer {
  override def(source: string): Tokens.Def | undefined {
    return /^ {0,3}\[\^/.test(source) ? undefined : super.def(source)
  }
}

/** Quotes in quotes in lists: nobody reads more, and each level is a call within a call. */
const deepestNesting = 50
const tooDeep = new RegExp(
  `^(?:[ \\t]*(?:>|(?:[-*+]|\\d{1,9}[.)])(?=[ \\t]))){${deepestNesting}}|^[ \\t]{${4 * deepestNesting}}[ \\t]*(?:[-*+]|\\d{1,9}[.)])[ \\t]`,
  'm',
)

/** `settled`: the last line is complete, so what it defines counts for this segment's own references. */
export function lexSegment(source: string, links: Links, settled: boolean): Segment {
  const fence = openFence(firstLine(source), 0)
  if (fence) return { source, tokens: [fenceToken(source, fence)], links: {} }
  if (tooDeep.test(source)) return { source, tokens: [asText(source)], links: {} }
  const lexer = new Lexer({ ...getDefaults(), tokenizer: new FootnotesAsText() })
  lexer.blockTokens(source, lexer.tokens)
  const found = lexer.tokens.links
  lexer.tokens.links = Object.assign(Object.create(null), settled ? found : null, links)
  for (const { src, tokens } of lexer.inlineQueue) {
    lexer.state.inRawBlock = false
    lexer.inlineTokens(src, tokens)
  }
  return { source, tokens: [...lexer.tokens], links: settled ? { ...found } : {} }
}

function asText(source: string): Token {
  return { type: 'html', raw: source, text: source, pre: false, block: true }
}

/** A closing line can only be the last one: the scanner ends the segment there. */
function fenceToken(source: string, fence: Fence): Tokens.Code {
  const start = source.indexOf('\n') + 1 || source.length
  const end = source.endsWith('\n') ? source.length - 1 : source.length
  const lastLine = source.lastIndexOf('\n', end - 1) + 1
  const closed = lastLine >= start && closesFence(fence, source.slice(lastLine, end))
  const text = source.slice(start, Math.max(start, closed ? lastLine - 1 : end))
  return { type: 'code', raw: source, lang: fence.info, text: withoutIndent(text, fence.indent) }
}

function withoutIndent(text: string, indent: number): string {
  return indent === 0 ? text : text.replace(new RegExp(`^ {1,${indent}}`, 'gm'), '')
}

function firstLine(source: string): string {
  const end = source.indexOf('\n')
  return end === -1 ? source : source.slice(0, end)
}
