/** What is below a tool call's line: what went in, what came out, where. Drawn only while it is open. */
import type { ToolContent, ToolPart } from '../../../../shared/model.ts'
import { type Child, h } from '../../dom/h.ts'
import { createMarkdown } from '../../markdown/markdown.ts'
import type { PartContext } from './context.ts'
import { commandOf, relativePath } from './tool-words.ts'
import { commandBlock } from './visible-text.ts'

/** What is drawn at once of one output; the rest comes by a press. More would take a visible moment. */
const outputLimit = 20_000

export interface ToolBody {
  readonly dom: HTMLElement
  update(tool: ToolPart): void
  destroy(): void
}

export function createToolBody(context: PartContext): ToolBody {
  const dom = h('div', { class: 'tool-body' })
  const urls: string[] = []
  const revoke = () => {
    for (const url of urls.splice(0)) URL.revokeObjectURL(url)
  }
  let drawn: ToolPart | null = null
  return {
    dom,
    update(tool) {
      if (tool === drawn) return
      drawn = tool
      revoke()
      dom.replaceChildren(...sections(tool, context.cwd(), urls))
    },
    destroy: revoke,
  }
}

function sections(tool: ToolPart, cwd: string, urls: string[]): HTMLElement[] {
  const content = tool.content.flatMap((part) => contentView(part, urls) ?? [])
  const output = content.length > 0 || tool.rawOutput === undefined ? content : [textOutput(asText(tool.rawOutput))]
  const all = [
    ...inputViews(tool),
    output.length > 0 && section('Output', output),
    tool.locations.length > 0 && section('Where', [locations(tool, cwd)]),
  ].filter((view): view is HTMLElement => view !== false)
  if (all.length > 0) return all
  const words = tool.endedAt === null ? 'Nothing to show yet.' : 'It told nothing more.'
  return [h('p', { class: 'tool-nothing', text: words })]
}

function section(name: string, children: readonly Child[]): HTMLElement {
  return h('section', { class: 'tool-section', aria: { label: name } }, h('h3', { text: name }), ...children)
}

function inputViews(tool: ToolPart): HTMLElement[] {
  const command = commandOf(tool.rawInput)
  if (command !== null) return [section('Command', [commandBlock(command)])]
  if (tool.rawInput === undefined || tool.rawInput === null) return []
  const text = asText(tool.rawInput)
  return text === '{}' ? [] : [section('Input', [textOutput(text)])]
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
}

/** Null for diffs, which stand open under the line. */
function contentView(content: ToolContent, urls: string[]): HTMLElement | null {
  if (content.type === 'diff') return null
  if (content.type === 'terminal') return content.text ? textOutput(content.text) : null
  if (content.type === 'image') return image(content.mimeType, content.data, urls)
  if (content.type === 'resource')
    return h(
      'div',
      {},
      h('p', { class: 'tool-uri', text: content.uri }),
      content.text ? textOutput(content.text) : null,
    )
  if (!content.text.trim()) return null
  // Agents send output as Markdown, mostly one fenced block; anything else is meant as it stands.
  return content.text.trimStart().startsWith('```') ? fenced(content.text) : textOutput(content.text)
}

function fenced(text: string): HTMLElement {
  if (text.length > outputLimit) return textOutput(text)
  const view = createMarkdown()
  view.update(text, true)
  return h('div', { class: 'tool-markdown' }, view.dom)
}

function textOutput(text: string): HTMLElement {
  const pre = h('pre', { class: 'output', tabindex: 0, text: text.slice(0, outputLimit) })
  if (text.length <= outputLimit) return pre
  const size = new Intl.NumberFormat().format(text.length)
  const more = h('button', { class: 'btn-quiet', type: 'button', text: `Show all ${size} characters` })
  more.addEventListener('click', () => {
    pre.textContent = text
    more.remove()
  })
  return h('div', {}, pre, more)
}

/** Bitmap types only: an SVG is a document, and documents of others are not drawn. */
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

function image(mimeType: string, data: string, urls: string[]): HTMLElement {
  if (!imageTypes.has(mimeType))
    return h('p', { class: 'tool-nothing', text: `An image of type ${mimeType}, not shown.` })
  try {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))
    const url = URL.createObjectURL(new Blob([bytes], { type: mimeType }))
    urls.push(url)
    return h('img', { class: 'tool-image', src: url, alt: 'Image from the tool' })
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    return h('p', { class: 'tool-nothing', text: 'An image that could not be read.' })
  }
}

function locations(tool: ToolPart, cwd: string): HTMLElement {
  const items = tool.locations.map(({ path, line }) =>
    h(
      'li',
      {},
      h('code', { text: line ? `${relativePath(path, cwd)}:${line}` : relativePath(path, cwd), title: path }),
    ),
  )
  return h('ul', { class: 'tool-places' }, items)
}
