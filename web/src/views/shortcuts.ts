/** The list of shortcuts: what is bound right now, so it is always true. */
import { openDialog } from '../dom/dialog.ts'
import { h } from '../dom/h.ts'
import { keysLabel } from '../dom/keys.ts'
import type { Kit } from './kit.ts'

const inFields: readonly (readonly [string, string])[] = [
  ['Enter', 'Send, or queue while it runs'],
  ['Shift+Enter', 'A new line'],
]

export function openShortcuts({ keys, signal }: Kit): void {
  const seen = new Set<string>()
  const bound = keys
    .list()
    .toReversed()
    .filter((shortcut) => {
      if (seen.has(shortcut.keys)) return false
      seen.add(shortcut.keys)
      return true
    })
  const rows = [...inFields, ...bound.map(({ keys: combination, label }) => [combination, label] as const)]
  const items = rows.flatMap(([combination, label]) => [
    h('dt', {}, h('kbd', { text: keysLabel(combination) })),
    h('dd', { text: label }),
  ])
  openDialog({ title: 'Keyboard', class: 'shortcuts', content: [h('dl', { class: 'shortcut-list' }, items)], signal })
}
