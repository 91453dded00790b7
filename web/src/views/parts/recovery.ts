/** The card at a bad end: what happened, what is safe, what can be done. Each button does what it says, once pressed. */
import type { Recovery, Run } from '../../../../shared/model.ts'
import { h } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'
import type { RecoveryActionName } from './context.ts'

export interface RecoveryOptions {
  readonly run: Run
  readonly recovery: Recovery
  /** Only the newest turn's card can act: what an older one offers has been overtaken. */
  readonly current: boolean
  readonly canDo: (action: RecoveryActionName) => boolean
  readonly onAction: (action: RecoveryActionName, run: Run) => void
}

export function createRecovery({ run, recovery, current, canDo, onAction }: RecoveryOptions): HTMLElement {
  const rows: [string, string][] = [
    ['Cause', recovery.rootCause],
    ['Safe to repeat', recovery.safeRetry],
    ['Repeats', recovery.stopCondition],
  ]
  const facts = rows
    .filter(([, text]) => text.trim() !== '')
    .flatMap(([name, text]) => [h('dt', { text: name }), h('dd', { text })])
  const actions = current ? recovery.nextActions.filter(({ action }) => canDo(action)) : []
  const buttons = actions.map(({ action, label }, index) =>
    h('button', {
      class: index === 0 ? 'btn btn-primary' : 'btn',
      type: 'button',
      text: label,
      on: { click: () => onAction(action, run) },
    }),
  )
  const titleId = `recovery-of-${run.id}`
  return h(
    'section',
    { class: `recovery is-${run.state}`, role: 'group', aria: { labelledby: titleId } },
    h('header', { class: 'recovery-head' }, icon('alert-triangle'), h('h3', { id: titleId, text: recovery.summary })),
    facts.length > 0 && h('dl', { class: 'recovery-facts' }, facts),
    buttons.length > 0 && h('div', { class: 'ask-actions' }, buttons),
  )
}
