/** A tool call: one line that keeps its height from the first word to the last, and opens below itself. */
import type { ToolContent, ToolPart } from '../../../../shared/model.ts'
import { h, setAttr, setClass, setText } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'
import type { View } from '../../dom/reconcile.ts'
import { duration } from '../../dom/time.ts'
import { type Clock, createClock } from './clock.ts'
import type { PartContext } from './context.ts'
import { createDiff } from './diff.ts'
import { createDisclosure } from './disclosure.ts'
import { createToolBody } from './tool-body.ts'
import { type ToolWords, toolWords } from './tool-words.ts'
import { isWholeFile } from './whole-file.ts'

export interface ToolView extends View<ToolPart> {
  update(tool: ToolPart): void
  /** Its edit is asked about: the card shows it, so here it is folded until the line is opened. */
  setAsked(asked: boolean): void
}

export function createTool(context: PartContext, first: ToolPart): ToolView {
  let tool = first
  const line = createToolLine(context)
  const body = createToolBody(context)
  const disclosure = createDisclosure('tool', [line.dom], () => body.update(tool))
  disclosure.body.append(body.dom)
  const edits = h('div', { class: 'tool-edits' })
  disclosure.dom.append(edits)
  let drawnContent: readonly ToolContent[] | null = null

  return {
    dom: disclosure.dom,
    update(next) {
      tool = next
      line.update(toolWords(tool, context.cwd()), tool)
      if (tool.content !== drawnContent) drawEdits(context, edits, tool)
      drawnContent = tool.content
      if (disclosure.isOpen()) body.update(tool)
    },
    setAsked: (asked) => setClass(disclosure.dom, 'is-asked', asked),
    destroy() {
      line.destroy()
      body.destroy()
    },
  }
}

/** An edit is what the person came to see: its diff stands open under the line. */
function drawEdits(context: PartContext, edits: HTMLElement, tool: ToolPart): void {
  const diffs = tool.content.filter((content) => content.type === 'diff')
  edits.replaceChildren(
    ...diffs.map((diff) => createDiff(diff, context.cwd(), { numbered: isWholeFile(diff, tool.rawInput) })),
  )
  setAttr(edits, 'hidden', diffs.length === 0)
}

/** Shorter than this is at once; a figure would say less than none. */
const feltMs = 50

export interface ToolLine {
  readonly dom: HTMLElement
  update(words: ToolWords, span: Pick<ToolPart, 'status' | 'startedAt' | 'endedAt'>): void
  destroy(): void
}

/** Glyph, verb, object, and how long: a clock while it runs. */
export function createToolLine(context: PartContext): ToolLine {
  const glyph = h('span', { class: 'tool-glyph' })
  const verb = h('span', { class: 'tool-verb' })
  const object = h('code', { class: 'tool-object' })
  const state = h('span', { class: 'tool-state' })
  const time = h('span', { class: 'tool-time' })
  const dom = h('span', { class: 'tool-line' }, glyph, verb, ' ', object, state, time)
  let clock: Clock | null = null
  let drawnIcon = ''
  return {
    dom,
    update(words, { status, startedAt, endedAt }) {
      if (drawnIcon !== words.icon) glyph.replaceChildren(icon(words.icon))
      drawnIcon = words.icon
      setText(verb, words.text)
      setText(object, words.object ?? '')
      setAttr(object, 'title', words.object)
      setText(state, status === 'failed' ? '! failed' : status === 'cancelled' ? 'not finished' : '')
      setClass(dom, 'is-failed', status === 'failed')
      setClass(dom, 'is-running', endedAt === null)
      if (endedAt === null) {
        clock ??= createClock(context, startedAt)
        if (!clock.dom.isConnected) time.replaceChildren(clock.dom)
        return
      }
      clock?.stop()
      clock = null
      const tookMs = Date.parse(endedAt) - Date.parse(startedAt)
      setText(time, tookMs < feltMs ? '' : duration(tookMs))
    },
    destroy: () => clock?.stop(),
  }
}
