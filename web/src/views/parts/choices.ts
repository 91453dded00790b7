/**
 * The buttons of an approval: always in the same order. What reaches further than this once is offered only where the
 * agent puts the rule in words; a bare "Always" would promise nobody knows what.
 */
import type { Permission, PermissionOption } from '../../../../shared/model.ts'
import { oneLine } from '../../../../shared/text.ts'

export interface Choice {
  readonly optionId: string
  readonly label: string
  readonly kind: PermissionOption['kind']
  /** The key that presses it, if it has one. */
  readonly keys?: string
}

const order: readonly PermissionOption['kind'][] = ['allow_once', 'allow_always', 'reject_once', 'reject_always']

export function choicesOf(permission: Pick<Permission, 'options'>): Choice[] {
  const offered = permission.options.filter((option) => !option.kind.endsWith('_always') || namesItsRule(option.name))
  const sorted = [...offered].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  const allow = sorted.find((option) => option.kind === 'allow_once')
  const reject = sorted.find((option) => option.kind === 'reject_once')
  return sorted.map((option) => ({
    optionId: option.optionId,
    kind: option.kind,
    label: labelOf(option, sorted),
    ...(option === allow ? { keys: 'A' } : option === reject ? { keys: 'R' } : {}),
  }))
}

/** Our own word where there is one option of its kind; an agent that has several must tell them apart itself. */
function labelOf(option: PermissionOption, all: readonly PermissionOption[]): string {
  const alone = all.filter((other) => other.kind === option.kind).length === 1
  if (alone && option.kind === 'allow_once') return 'Allow once'
  if (alone && option.kind === 'reject_once') return 'Reject'
  return oneLine(option.name)
}

const emptyWords =
  /\b(?:yes|no|and|always|never|allow|allowed|approve|accept|reject|deny|don'?t|do not|ask|again|permanently|from now on|all|everything|any|it|this|option|for|in|the|session|chat|project|future|tools?|commands?|requests?)\b/gi

/** `Always` alone names none; `Always allow npm test` does. */
export function namesItsRule(name: string): boolean {
  return /[\p{L}\p{N}]/u.test(name.replace(/’/g, "'").replace(emptyWords, ''))
}
