/**
 * A chat in the sidebar. It is made for its id and acts by its own row's `activeStreamId` and `pending`, whatever is on
 * screen beside it. One view for the whole life of the row, in whichever section it stands.
 */

import type { Session } from '../../../shared/model.ts'
import { oneLine } from '../../../shared/text.ts'
import { childLife } from '../actions/life.ts'
import { h, setAria, setAttr, setClass, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import type { View } from '../dom/reconcile.ts'
import { threadClass } from '../dom/thread.ts'
import { age, elapsed, exact } from '../dom/time.ts'
import { doingOf } from '../state/doings.ts'
import { isBusy } from '../state/sections.ts'
import { type Kit, tell } from './kit.ts'
import { createRowNeed } from './row-need.ts'
import { openSessionMenu } from './session-menu.ts'
import { editTitle } from './title.ts'

export interface RowKit extends Kit {
  /** Called about twice a minute with the time now. */
  readonly onAges: (listener: (nowMs: number) => void, signal: AbortSignal) => void
}

export function createRow(kit: RowKit, sessionId: string): View<unknown> {
  const { state, actions } = kit
  const life = childLife(kit.signal)
  const row = () => state.rows.get(sessionId)
  const title = h('span', { class: 'row-title', dir: 'auto' })
  const mark = h('span', { class: 'row-mark' })
  const when = h('time', { class: 'row-age' })
  const line = h('span', { class: 'thread-line', aria: { hidden: true } })
  const link = h('a', { class: 'row-link', href: `/session/${sessionId}` }, title, mark, when)
  const meta = h('span', { class: 'row-meta' })
  const stop = createStop(() => {
    const streamId = row()?.activeStreamId
    if (streamId) void actions.stop(sessionId, streamId)
  })
  const rename = () => editTitle(title, row()?.title ?? '', (words) => void tell(kit, actions.rename(sessionId, words)))
  const menu = createMenuButton((anchor) => openSessionMenu({ kit, anchor, sessionId, onRename: rename }))
  const need = createRowNeed(kit, sessionId, life.signal)
  const dom = h('div', { class: `row ${threadClass(sessionId)}` }, line, link, meta, stop.dom, menu, need.dom)
  link.addEventListener('keydown', (event) => {
    const acts: Record<string, () => void> = { F2: rename, Delete: () => menu.click(), ContextMenu: () => menu.click() }
    const act = acts[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  })

  const drawMeta = (session: Session, nowMs: number) => {
    const since = session.activeSince ? elapsed(nowMs - Date.parse(session.activeSince)) : ''
    const failure = state.doings.get(doingOf.stop(session.activeStreamId ?? ''))
    const problem = failure?.state === 'failed' ? failure.failure.detail : ''
    setText(meta, problem || [session.activity ?? 'Starting', since].filter(Boolean).join(' · '))
  }
  const drawAge = (nowMs: number) => {
    const session = row()
    if (!session) return
    setText(when, age(session.updatedAt, nowMs))
    setAttr(when, 'title', exact(session.updatedAt))
  }
  let clock: AbortController | null = null
  const draw = () => {
    const session = row()
    if (!session) return
    const busy = isBusy(session)
    const waits = session.pending.length > 0
    const look = lookOf(session, busy, waits)
    setText(title, session.title || 'New chat')
    setAttr(title, 'title', session.title || null)
    setText(mark, look.sign)
    setAttr(mark, 'class', `row-mark is-${look.name}`)
    setAria(link, 'label', `${session.title || 'New chat'}, ${look.words}`)
    setAria(
      link,
      'current',
      state.pane.route.name === 'session' && state.pane.route.sessionId === sessionId ? 'page' : null,
    )
    setClass(line, 'running', busy && !waits)
    setClass(line, 'idle', !busy)
    setClass(dom, 'is-unread', session.unread)
    setClass(dom, 'is-pinned', session.pinned)
    setClass(dom, 'is-waiting', waits)
    setClass(dom, 'is-question', look.name === 'question')
    setClass(dom, 'is-busy', busy)
    setAttr(meta, 'hidden', !busy || waits)
    setAttr(when, 'hidden', busy && !waits)
    setAttr(when, 'datetime', session.updatedAt)
    stop.update(busy && !waits, session.state === 'stopping', session.title)
    need.update(session)
    drawAge(Date.now())
    if (!busy || waits) {
      clock?.abort()
      clock = null
    } else if (!clock) {
      clock = childLife(life.signal)
      kit.ticker.subscribe((nowMs) => kit.frame.schedule(meta, () => drawClock(nowMs)), clock.signal)
    }
    if (busy) drawMeta(session, Date.now())
  }
  const drawClock = (nowMs: number) => {
    const session = row()
    if (session && clock) drawMeta(session, nowMs)
  }
  state.observe([`row:${sessionId}`, 'pane'], draw, life.signal)
  kit.onAges(drawAge, life.signal)
  draw()
  return { dom, destroy: () => life.abort() }
}

interface Look {
  readonly name: 'approval' | 'question' | 'error' | 'unread' | 'running' | 'stopping' | 'idle'
  readonly sign: string
  readonly words: string
}

function lookOf({ pending, state, unread, activity }: Session, busy: boolean, waits: boolean): Look {
  if (waits) {
    const approval = pending.some((one) => 'digest' in one)
    return approval
      ? { name: 'approval', sign: '◆', words: 'waits for your approval' }
      : { name: 'question', sign: '?', words: 'asks you' }
  }
  if (state === 'stopping') return { name: 'stopping', sign: '', words: 'stopping' }
  if (busy) return { name: 'running', sign: '', words: `running: ${oneLine(activity ?? 'starting')}` }
  if (state === 'error') return { name: 'error', sign: '!', words: 'failed' }
  if (state === 'interrupted') return { name: 'error', sign: '!', words: 'interrupted' }
  if (unread) return { name: 'unread', sign: '●', words: 'new' }
  return { name: 'idle', sign: '', words: 'idle' }
}

function createStop(onPress: () => void) {
  const dom = h(
    'button',
    { class: 'row-stop', type: 'button' },
    h('span', { class: 'stop-square', aria: { hidden: true } }),
  )
  dom.addEventListener('click', onPress)
  return {
    dom,
    update(shown: boolean, stopping: boolean, title: string) {
      setAttr(dom, 'hidden', !shown)
      setAttr(dom, 'disabled', stopping)
      setAttr(dom, 'title', stopping ? 'Stopping…' : 'Stop')
      setAria(dom, 'label', `Stop ${title || 'this chat'}`)
    },
  }
}

function createMenuButton(open: (anchor: HTMLElement) => void): HTMLButtonElement {
  const button = h(
    'button',
    {
      class: 'icon-btn row-menu',
      type: 'button',
      tabindex: -1,
      title: 'Rename, pin, archive, delete',
      aria: { label: 'Chat menu', haspopup: 'menu' },
    },
    icon('more-horizontal'),
  )
  button.addEventListener('click', () => open(button))
  return button
}
