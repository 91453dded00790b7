/** On Home: what needs the person and what runs, then what was used lately. */
import type { Session } from '../../../shared/model.ts'
import { isPermission } from '../../../shared/state.ts'
import { h, setAttr, setClass, setText } from '../dom/h.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { threadClass } from '../dom/thread.ts'
import { age, elapsed } from '../dom/time.ts'
import { isBusy } from '../state/sections.ts'
import type { Kit } from './kit.ts'
import { relativePath } from './parts/tool-words.ts'

/** More would push the composer from the middle; the sidebar has them all. */
const cardLimit = 6

export interface Cards {
  readonly dom: HTMLElement
  update(): void
}

export function createCards({ state, frame, ticker, signal }: Kit): Cards {
  const list = h('div', { class: 'cards' })
  const dom = h('section', { class: 'home-cards', aria: { label: 'Running and recent chats' } }, list)
  let shown: readonly Session[] = []
  const draw = (nowMs: number) =>
    reconcile(
      list,
      shown.map((session) => ({ session, nowMs })),
      (card) => card.session.id,
      createCard,
    )
  const update = () => {
    const { needsYou, running, groups } = state.rows.sections()
    const busy = [...needsYou, ...running]
    const recent = groups.flatMap((group) => group.sessionIds).map((id) => state.rows.get(id))
    const rest = recent.filter((row) => row !== null).sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    const first = busy.map((id) => state.rows.get(id)).filter((row) => row !== null)
    shown = [...first, ...rest].slice(0, cardLimit)
    setAttr(dom, 'hidden', shown.length === 0)
    draw(Date.now())
  }
  ticker.subscribe((nowMs) => dom.isConnected && frame.schedule(dom, () => draw(nowMs)), signal)
  return { dom, update }
}

interface CardItem {
  readonly session: Session
  readonly nowMs: number
}

function createCard({ session: { id } }: CardItem): View<CardItem> {
  const line = h('span', { class: 'thread-line', aria: { hidden: true } })
  const title = h('span', { class: 'card-title', dir: 'auto' })
  const meta = h('span', { class: 'card-meta' })
  const dom = h('a', { class: `card ${threadClass(id)}`, href: `/session/${id}` }, line, title, meta)
  return {
    dom,
    update({ session, nowMs }) {
      const busy = isBusy(session)
      setClass(line, 'running', busy && session.pending.length === 0)
      setClass(line, 'idle', !busy)
      setText(title, session.title || 'New chat')
      setText(meta, metaWords(session, nowMs))
      setAttr(meta, 'class', `card-meta is-${toneOf(session)}`)
    },
  }
}

function metaWords(session: Session, nowMs: number): string {
  const [first] = session.pending
  if (first) return isPermission(first) ? '◆ waits for your approval' : `? ${first.message}`
  if (isBusy(session)) {
    const since = session.activeSince ? elapsed(nowMs - Date.parse(session.activeSince)) : ''
    return [relativePath(session.activity ?? 'Starting', session.cwd), since].filter(Boolean).join(' · ')
  }
  const when = age(session.updatedAt, nowMs)
  if (session.state === 'error') return `! failed · ${when}`
  if (session.state === 'interrupted') return `! interrupted · ${when}`
  return [session.lastMessagePreview, when].filter(Boolean).join(' · ')
}

function toneOf({ pending, state }: Session): string {
  const [first] = pending
  if (first) return isPermission(first) ? 'approval' : 'question'
  return state === 'error' || state === 'interrupted' ? 'error' : 'plain'
}
