/** The agent's plan: what is done, what it does now, what comes. Replaced whole by each update, drawn by difference. */
import type { PlanEntry } from '../../../../shared/model.ts'
import { h, setText } from '../../dom/h.ts'
import { reconcile, type View } from '../../dom/reconcile.ts'

interface Step {
  readonly key: string
  readonly entry: PlanEntry
}

export function createPlan(): View<{ entries: readonly PlanEntry[] }> {
  const count = h('span', { class: 'plan-count' })
  const list = h('ol', { class: 'plan-steps' })
  const dom = h(
    'section',
    { class: 'plan', aria: { label: 'Plan' } },
    h('h3', { class: 'plan-head' }, 'Plan ', count),
    list,
  )
  let drawn: readonly PlanEntry[] | null = null
  return {
    dom,
    update({ entries }) {
      if (entries === drawn) return
      drawn = entries
      setText(count, `${entries.filter((entry) => entry.status === 'completed').length} of ${entries.length}`)
      reconcile(list, stepsOf(entries), (step) => step.key, createStep)
    },
  }
}

/** The same words twice are two steps. */
function stepsOf(entries: readonly PlanEntry[]): Step[] {
  const seen = new Map<string, number>()
  return entries.map((entry) => {
    const nth = (seen.get(entry.content) ?? 0) + 1
    seen.set(entry.content, nth)
    return { key: `${nth} ${entry.content}`, entry }
  })
}

const stateWords = { pending: 'to do', in_progress: 'doing now', completed: 'done' }

function createStep(): View<Step> {
  const state = h('span', { class: 'visually-hidden' })
  const text = h('span', { class: 'plan-text' })
  const dom = h('li', {}, h('span', { class: 'plan-mark', aria: { hidden: true } }), text, state)
  return {
    dom,
    update({ entry }) {
      dom.className = `plan-step is-${entry.status}`
      setText(text, entry.content)
      setText(state, `, ${stateWords[entry.status]}`)
    },
  }
}
