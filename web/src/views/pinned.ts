/** What waits for the person stands above the composer while its own card is out of sight: one answer, two places. */

import { isPermission, type Pending } from '../../../shared/state.ts'
import { holdFocus } from '../dom/focus.ts'
import { h, setAttr } from '../dom/h.ts'
import type { View } from '../dom/reconcile.ts'
import type { PartHost } from './parts/part.ts'
import { createPermission, type PermissionView } from './parts/permission.ts'
import { createQuestion } from './parts/question.ts'

export interface Pinned {
  readonly dom: HTMLElement
  /** Null: nothing waits, or its card is in sight. */
  show(pending: Pending | null): void
  press(keys: string): boolean
  hasFocus(): boolean
}

type Slot = { readonly id: string; readonly view: View<Pending>; readonly permission: PermissionView | null }

export function createPinned({ context, position }: Pick<PartHost, 'context' | 'position'>): Pinned {
  const dom = h('section', { class: 'pinned', hidden: true, aria: { label: 'Waits for you' } })
  let slot: Slot | null = null
  const clear = () => {
    slot?.view.destroy?.()
    slot = null
    dom.replaceChildren()
    setAttr(dom, 'hidden', true)
  }
  const make = (pending: Pending): Slot => {
    if (!isPermission(pending)) {
      const view = createQuestion(context, pending)
      const update = (next: Pending) =>
        isPermission(next) || view.update?.({ question: next, position: position(next.id) })
      return { id: pending.id, view: { ...view, update }, permission: null }
    }
    const view = createPermission(context, pending)
    const update = (next: Pending) =>
      isPermission(next) && view.update?.({ permission: next, position: position(next.id) })
    return { id: pending.id, view: { ...view, update }, permission: view }
  }
  return {
    dom,
    hasFocus: holdFocus(dom, context.signal),
    press: (keys) => slot?.permission?.press(keys) ?? false,
    show(pending) {
      if (!pending) return slot ? clear() : undefined
      if (slot?.id !== pending.id) {
        clear()
        slot = make(pending)
        dom.append(slot.view.dom)
        setAttr(dom, 'hidden', false)
      }
      slot.view.update?.(pending)
    },
  }
}
