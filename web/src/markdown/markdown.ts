/**
 * A message's Markdown as nodes, live and settled alike. Every call gets the whole text so far; `settled` says that no more
 * comes. The cost of a call is that of the last block.
 */
import type { Token } from 'marked'
import { listenForCodeButtons } from './code.ts'
import { element } from './elements.ts'
import { createLexer } from './lex.ts'
import { patchChildren } from './patch.ts'

export interface Markdown {
  readonly dom: HTMLElement
  update(text: string, settled: boolean): void
}

export function createMarkdown(): Markdown {
  const dom = element('div', 'markdown', {})
  const lexer = createLexer()
  let drawn: readonly Token[] = []
  listenForCodeButtons(dom)
  return {
    dom,
    update(text, settled) {
      const { blocks, kept, relinked } = lexer.lex(text, settled)
      patchChildren(dom, drawn, blocks, { kept, relinked })
      drawn = blocks
    },
  }
}
