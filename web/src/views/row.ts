/**
 * A chat in the sidebar. It is made for its id and acts by its own row's `activeStreamId` and `pending`, whatever is on
 * screen beside it. One view for the whole life of the row, in whichever section it stands.
 */
import { childLife } from '../actions/life.ts'
import { h, setAria, setAttr, setClass, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import type { View } from '../dom/reconcile.ts'
import { threadClass } from '../dom/thread.ts'
import { exact } from '../dom/time.ts'
import { doingOf } from '../state/doings.ts'
import { isBusy } from '../state/sections.ts'
import { type Kit, tell } from './kit.ts'
import { ageWords, lookOf, metaWords, queuedWords, whenOf } from './row-look.ts'
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
  const parts = createParts(kit, sessionId)
  const need = createRowNeed(kit, sessionId, life.signal, () => parts.link.focus({ preventScroll: true }))
  const stop = createStop(() => {
    const streamId = row()?.activeStreamId
    if (streamId) void tell(kit, actions.stop(sessionId, streamId))
  })
  const { line, link, meta, menu } = parts
  const dom = h('div', { class: `row ${threadClass(sessionId)}` }, line, link, meta, stop.dom, menu, need.dom)

  const drawTimes = (nowMs: number) => {
    const session = row()
    if (!session) return
    const name = state.shelf.provider(session.provider)?.name ?? session.provider
    setText(meta, metaWords(session, name, nowMs))
    setText(parts.when, ageWords(session, nowMs))
  }
  const runClock = createRunClock(kit, meta, drawTimes, life.signal)
  const drawCurrent = () => {
    const { route } = state.pane
    parts.mark(route.name === 'session' && route.sessionId === sessionId)
  }
  const draw = () => {
    const session = row()
    if (!session) return
    const busy = isBusy(session)
    const waits = session.pending.length > 0
    const stopping = state.doings.get(doingOf.stop(session.activeStreamId ?? ''))?.state === 'busy'
    parts.update(session)
    setClass(dom, 'is-unread', session.unread)
    setClass(dom, 'is-waiting', waits)
    setClass(dom, 'is-question', lookOf(session).name === 'question')
    setClass(dom, 'is-running', busy && !waits)
    stop.update(busy && !waits, stopping || session.state === 'stopping', session.title)
    need.update(session)
    drawTimes(Date.now())
    runClock(busy)
  }
  state.observe([`row:${sessionId}`, 'providers'], draw, life.signal)
  // A switch changes nothing else of a row, and a thousand rows have to fit into its frame.
  state.observe('pane', drawCurrent, life.signal)
  kit.onAges(drawTimes, life.signal)
  draw()
  drawCurrent()
  return { dom, destroy: () => life.abort() }
}

function createParts(kit: RowKit, sessionId: string) {
  const { state, actions } = kit
  const title = h('span', { class: 'row-title', dir: 'auto' })
  const mark = h('span', { class: 'row-mark' })
  const when = h('time', { class: 'row-age' })
  const line = h('span', { class: 'thread-line', aria: { hidden: true } })
  const link = h('a', { class: 'row-link', href: `/session/${sessionId}` }, title, mark, when)
  const meta = h('span', { class: 'row-meta' })
  const rename = () =>
    // In place of the link, not in it: a press in the field is no press on the link.
    editTitle(link, state.rows.get(sessionId)?.title ?? '', (words) => void tell(kit, actions.rename(sessionId, words)))
  const menu = createMenuButton((anchor) => openSessionMenu({ kit, anchor, sessionId, onRename: rename }))
  link.addEventListener('keydown', (event) => {
    const acts: Record<string, () => void> = { F2: rename, Delete: () => menu.click(), ContextMenu: () => menu.click() }
    const act = acts[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  })
  return {
    line,
    link,
    meta,
    menu,
    when,
    mark: (current: boolean) => setAria(link, 'current', current ? 'page' : null),
    update(session: NonNullable<ReturnType<typeof state.rows.get>>) {
      const look = lookOf(session)
      const busy = isBusy(session)
      setText(title, session.title || 'New chat')
      setAttr(title, 'title', session.title || null)
      setText(mark, look.sign)
      setAttr(mark, 'class', `row-mark is-${look.name}`)
      setAria(link, 'label', [session.title || 'New chat', look.words, queuedWords(session)].filter(Boolean).join(', '))
      setAttr(when, 'hidden', busy && session.pending.length === 0)
      setAttr(when, 'datetime', whenOf(session))
      setAttr(when, 'title', exact(whenOf(session)))
      setClass(line, 'running', look.name === 'running' || look.name === 'stopping')
      setClass(line, 'idle', !busy)
    },
  }
}

/** Ticks every second while the row runs or waits, and only then. */
function createRunClock(kit: Kit, key: object, draw: (nowMs: number) => void, signal: AbortSignal) {
  let clock: AbortController | null = null
  return (on: boolean): void => {
    if (on === (clock !== null)) return
    clock?.abort()
    clock = on ? childLife(signal) : null
    const ticking = clock?.signal
    if (ticking) kit.ticker.subscribe((nowMs) => kit.frame.schedule(key, () => ticking.aborted || draw(nowMs)), ticking)
  }
}

function createStop(onPress: () => void) {
  const square = h('span', { class: 'stop-square', aria: { hidden: true } })
  const dom = h('button', { class: 'row-stop', type: 'button', on: { click: onPress } }, square)
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
  const button = h('button', {
    class: 'icon-btn row-menu',
    type: 'button',
    tabindex: -1,
    title: 'Rename, pin, archive, delete',
    aria: { label: 'Chat menu', haspopup: 'menu' },
    on: { click: () => open(button) },
  })
  button.append(icon('more-horizontal'))
  return button
}
