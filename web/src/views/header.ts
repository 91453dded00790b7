/** Above a conversation: its thread, its title, what answers, how full its window is. */
import type { Session, Usage } from '../../../shared/model.ts'
import { h, setAttr, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import type { Projection } from '../state/pane.ts'
import { choiceWords } from './chooser.ts'
import { type Kit, tell } from './kit.ts'
import { openSessionMenu } from './session-menu.ts'
import { editTitle } from './title.ts'

export interface Header {
  readonly dom: HTMLElement
  update(projection: Projection): void
  rename(): void
}

export function createHeader(kit: Kit, sessionId: string, drawerButton: HTMLElement): Header {
  const title = h('button', { class: 'pane-title', type: 'button', title: 'Rename' })
  const heading = h('h1', { class: 'pane-heading' }, title)
  const parent = h('a', { class: 'chip pane-parent', hidden: true })
  const project = h('span', { class: 'pane-project' })
  const answers = h('span', { class: 'chip pane-model' })
  const usage = h('span', { class: 'chip pane-usage', hidden: true })
  const menu = h(
    'button',
    { class: 'icon-btn', type: 'button', aria: { label: 'Chat menu', haspopup: 'menu' } },
    icon('more-horizontal'),
  )
  const rename = () =>
    editTitle(title, titleOf(kit, sessionId), (words) => void tell(kit, kit.actions.rename(sessionId, words)))
  title.addEventListener('click', rename)
  menu.addEventListener('click', () => openSessionMenu({ kit, anchor: menu, sessionId, onRename: rename }))
  const dom = h(
    'header',
    { class: 'pane-head' },
    drawerButton,
    h('span', { class: 'thread-dot', aria: { hidden: true } }),
    heading,
    parent,
    h('span', { class: 'pane-space' }),
    project,
    answers,
    usage,
    menu,
  )
  let drawnUsage: Usage | undefined
  const drawUsage = (next: Usage | undefined) => {
    if (next === drawnUsage) return
    drawnUsage = next
    const words = usageWords(next)
    setText(usage, words.short)
    setAttr(usage, 'title', words.long)
    setAttr(usage, 'hidden', words.short === '')
  }
  return {
    dom,
    rename,
    update({ session, runtime }) {
      setText(title, session?.title || 'New chat')
      const provider = session && kit.state.shelf.provider(session.provider)
      setText(answers, session ? choiceWords(provider, session.provider, session.model) : '')
      setAttr(answers, 'hidden', !session)
      setText(project, kit.state.shelf.project(session?.projectId ?? null)?.name ?? '')
      setAttr(project, 'title', session?.cwd ?? null)
      drawUsage(hasUsage(runtime.usage) ? runtime.usage : session?.usage)
      drawParent(kit, parent, session)
    },
  }
}

function titleOf(kit: Kit, sessionId: string): string {
  return kit.state.rows.get(sessionId)?.title ?? ''
}

function drawParent(kit: Kit, parent: HTMLAnchorElement, session: Session | null): void {
  const from = session?.parent?.sessionId
  setAttr(parent, 'hidden', !from)
  if (!from) return
  setAttr(parent, 'href', `/session/${from}`)
  setText(parent, `From ${kit.state.rows.get(from)?.title || 'another chat'}`)
}

function hasUsage(usage: Usage): boolean {
  return usage.contextUsed !== undefined || usage.cost !== undefined || usage.totalTokens !== undefined
}

/** `38 % · $0.42`, and in full on hover. */
export function usageWords(usage: Usage | undefined, locale?: string): { short: string; long: string } {
  if (!usage) return { short: '', long: '' }
  const { contextUsed, contextSize, cost } = usage
  const number = new Intl.NumberFormat(locale)
  const share = contextUsed !== undefined && contextSize ? contextUsed / contextSize : null
  // What rounds to nothing is nothing to know.
  const percent =
    share === null || share < 0.005 ? '' : new Intl.NumberFormat(locale, { style: 'percent' }).format(share)
  const money = cost && cost.amount > 0 ? moneyWords(cost, locale) : ''
  const long = [
    share === null
      ? ''
      : `${number.format(contextUsed ?? 0)} of ${number.format(contextSize ?? 0)} tokens of the model’s window`,
    money && `${money} so far`,
  ]
  return { short: [percent, money].filter(Boolean).join(' · '), long: long.filter(Boolean).join(', ') }
}

function moneyWords({ amount, currency }: NonNullable<Usage['cost']>, locale?: string): string {
  // A currency that is no code of ISO 4217 is shown as it came.
  if (!/^[A-Za-z]{3}$/.test(currency)) return `${amount} ${currency}`
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    maximumFractionDigits: amount < 0.1 ? 3 : 2,
  }).format(amount)
}
