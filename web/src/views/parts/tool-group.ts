/**
 * Neighbouring reads and searches share one line from the first of them on, so that nothing moves when another comes or
 * the last one ends. One alone looks like any tool call; more open to the list of them.
 */
import type { ToolPart } from '../../../../shared/model.ts'
import { h, setAttr, setClass } from '../../dom/h.ts'
import { reconcile, type View } from '../../dom/reconcile.ts'
import type { PartContext } from './context.ts'
import { createDisclosure } from './disclosure.ts'
import { createTool, createToolLine } from './tool.ts'
import { groupWords } from './tool-words.ts'

export function createToolGroup(context: PartContext): View<readonly ToolPart[]> {
  let tools: readonly ToolPart[] = []
  const line = createToolLine(context)
  const list = h('div', { class: 'tool-list' })
  const drawList = () =>
    reconcile(
      list,
      tools,
      (tool) => tool.toolCallId,
      (tool) => createTool(context, tool),
    )
  const disclosure = createDisclosure('tool-group', [line.dom], drawList)
  disclosure.body.append(list)

  return {
    dom: disclosure.dom,
    update(next) {
      tools = next
      const alone = tools.length === 1
      setClass(disclosure.dom, 'is-alone', alone)
      setAttr(disclosure.head, 'hidden', alone)
      // One alone shows itself; when a second comes, it stays in sight only if the person had opened it.
      if (alone) setAttr(disclosure.body, 'hidden', false)
      else if (!disclosure.isOpen()) {
        const wasOpened = list.querySelector('.tool.is-open') !== null && !disclosure.body.hidden
        disclosure.setOpen(wasOpened)
      }
      line.update(groupWords(tools, context.cwd()), spanOf(tools))
      if (alone || disclosure.isOpen()) drawList()
    },
    destroy() {
      line.destroy()
      tools = []
      drawList()
    },
  }
}

function spanOf(tools: readonly ToolPart[]): Pick<ToolPart, 'status' | 'startedAt' | 'endedAt'> {
  const open = tools.some((tool) => tool.endedAt === null)
  const ends = tools.map((tool) => tool.endedAt ?? '').sort()
  const allFailed = tools.every((tool) => tool.status === 'failed')
  const unfinished = tools.some((tool) => tool.status === 'cancelled')
  return {
    status: open ? 'in_progress' : allFailed ? 'failed' : unfinished ? 'cancelled' : 'completed',
    startedAt: tools[0]?.startedAt ?? '',
    endedAt: open ? null : (ends.at(-1) ?? ''),
  }
}
