/** Words of the agent: Markdown, patched block by block while they come. */
import type { Part } from '../../../../shared/model.ts'
import { h } from '../../dom/h.ts'
import { createMarkdown } from '../../markdown/markdown.ts'

export interface TextView {
  readonly dom: HTMLElement
  update(part: Extract<Part, { type: 'text' }>, open: boolean): void
}

export function createText(): TextView {
  const markdown = createMarkdown()
  let drawn: unknown = null
  let drawnOpen: boolean | null = null
  return {
    dom: h('div', { class: 'prose' }, markdown.dom),
    update(part, open) {
      if (part === drawn && open === drawnOpen) return
      drawn = part
      drawnOpen = open
      markdown.update(part.text, !open)
    },
  }
}
