/** One item of a message: which view draws it, told only what changed. */
import type { Permission } from '../../../../shared/model.ts'
import { h } from '../../dom/h.ts'
import type { View } from '../../dom/reconcile.ts'
import type { PartContext } from './context.ts'
import { createFile } from './file.ts'
import type { PartItem } from './items.ts'
import { createNotice } from './notice.ts'
import { createPermission, type PermissionView } from './permission.ts'
import { createPlan } from './plan.ts'
import { createQuestion } from './question.ts'
import { createText } from './text.ts'
import { createThought } from './thought.ts'
import { createTool } from './tool.ts'
import { createToolGroup } from './tool-group.ts'

export interface PartHost {
  readonly context: PartContext
  /** `1 of 2` for what waits beside others. */
  position(id: string): string | null
  /** The cards in the transcript, by permission: for the keys that answer them. */
  readonly cards: Map<string, PermissionView>
}

export function createPart({ context, position, cards }: PartHost, first: PartItem): View<PartItem> {
  if (first.kind === 'group') {
    const group = createToolGroup(context)
    return { ...group, update: (item) => item.kind === 'group' && group.update?.(item.tools) }
  }
  const { part } = first
  switch (part.type) {
    case 'text':
      return only('text', createText(), (view, item) => view.update(item.part, item.open))
    case 'thought':
      return only('thought', createThought(context, part), (view, item) => view.update?.(item.part))
    case 'tool':
      return only('tool', createTool(context, part), (view, item) => {
        view.update(item.part)
        view.setAsked(item.asked)
      })
    case 'plan':
      return only('plan', createPlan(), (view, item) => view.update?.(item.part))
    case 'permission':
      return only('permission', keptCard(cards, part.permission, context), (view, { part: { permission } }) =>
        view.update?.({ permission, position: position(permission.id) }),
      )
    case 'question':
      return only('question', createQuestion(context, part.question), (view, { part: { question } }) =>
        view.update?.({ question, position: position(question.id) }),
      )
    case 'notice':
      return { dom: createNotice(part) }
    case 'file':
      return { dom: createFile(part) }
    default:
      return { dom: h('div', { hidden: true }) } // a kind of part that a newer server knows
  }
}

function keptCard(cards: PartHost['cards'], permission: Permission, context: PartContext): PermissionView {
  const view = createPermission(context, permission)
  cards.set(permission.id, view)
  const destroy = () => {
    view.destroy?.()
    cards.delete(permission.id)
  }
  return { ...view, destroy }
}

type AnyPart = Extract<PartItem, { kind: 'part' }>['part']
type ItemOf<Type extends AnyPart['type']> = { part: Extract<AnyPart, { type: Type }>; open: boolean; asked: boolean }
type Base = { readonly dom: HTMLElement; destroy?(): void }

/** Keys carry the type, so a view only ever meets its own; unchanged parts are the same object and are passed over. */
function only<Type extends AnyPart['type'], V extends Base>(
  type: Type,
  view: V,
  update: (view: V, item: ItemOf<Type>) => void,
): View<PartItem> {
  return {
    dom: view.dom,
    destroy: () => view.destroy?.(),
    update(item) {
      if (item.kind === 'part' && item.part.type === type) update(view, item as unknown as ItemOf<Type>)
    },
  }
}
