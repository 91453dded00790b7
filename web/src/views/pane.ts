/**
 * One session on screen. It is made for its id, keeps it, and draws only that; when another is shown it is put aside with
 * all its nodes, and shown again as it was.
 */

import { isPermission } from '../../../shared/state.ts'
import { childLife } from '../actions/life.ts'
import { h, setAttr, setClass } from '../dom/h.ts'
import type { Shortcut } from '../dom/keys.ts'
import { threadClass } from '../dom/thread.ts'
import type { Projection } from '../state/pane.ts'
import { createComposer } from './composer.ts'
import { createHeader } from './header.ts'
import { type Kit, tell } from './kit.ts'
import { createPaneAnnouncer } from './pane-announcer.ts'
import { createPartContext } from './pane-context.ts'
import { createPinned } from './pinned.ts'
import { createQueue } from './queue.ts'
import { createRecover } from './recover.ts'
import { createTranscript } from './transcript.ts'
import type { TurnHost } from './turn.ts'

export interface Pane {
  readonly dom: HTMLElement
  readonly sessionId: string
  /** It is in the page: draws what happened meanwhile, and is back where the reader was. */
  show(): void
  /** It is about to leave the page. */
  hide(): void
  /** To where one writes. */
  focus(): void
  destroy(): void
}

export function createPane(kit: Kit, sessionId: string, drawerButton: HTMLElement): Pane {
  const { state, frame } = kit
  const life = childLife(kit.signal)
  /** Set while it is on screen. */
  let visit: AbortController | null = null
  let drawn: Projection | null = null

  const place = () => frame.measure(seesFirst, pin)
  const views = createViews({ kit, sessionId, drawerButton, signal: life.signal, drawn: () => drawn, onScroll: place })
  const { dom, header, transcript, queue, composer, pinned, loading, announce } = views
  const first = () => drawn?.pending[0] ?? null
  const seesFirst = () => first() === null || transcript.shows(first()?.id ?? '')
  const pin = (sees: boolean) => {
    const hadFocus = pinned.hasFocus()
    pinned.show(sees ? null : first())
    if (hadFocus && !pinned.dom.contains(document.activeElement)) composer.field.focus()
  }
  const restore = () => transcript.restore(state.pane.scroll.get(sessionId) ?? { following: true, top: 0 })

  const draw = () => {
    const projection = state.S
    // Another session's projection is nothing to this pane, whatever was touched.
    if (!visit || projection.sessionId !== sessionId) return
    const before = drawn
    drawn = projection
    setClass(dom, 'is-busy', projection.busy)
    setAttr(loading, 'hidden', projection.phase !== 'loading')
    header.update(projection)
    transcript.update(projection)
    // While its messages are fetched anew nobody knows what waits: what stands, and is being edited, stays.
    if (projection.phase !== 'loading') queue.update(projection.queue)
    composer.update(projection)
    announce(before, projection)
    if (before?.phase === 'loading' && projection.phase === 'ready') restore()
    place()
  }
  state.observe(['pane', 'providers', 'projects', `session:${sessionId}`, `row:${sessionId}`], draw, life.signal)

  const pressCard = (keys: string) =>
    pinned.press(keys) || transcript.press(drawn?.pending.find(isPermission)?.id, keys)
  return {
    dom,
    sessionId,
    show() {
      visit = childLife(life.signal)
      draw()
      restore()
      const bind = (keys: string, label: string, run: () => unknown, whileTyping: Shortcut['whileTyping'] = false) =>
        kit.keys.bind({ keys, label, run, whileTyping }, visit?.signal ?? life.signal)
      // Not in other fields: Esc in a search, or in an answer to another chat, is not meant for what runs here.
      bind('Escape', 'Stop what runs', composer.stop, composer.field.dom)
      bind('A', 'Allow once', () => pressCard('A'))
      bind('R', 'Reject', () => pressCard('R'))
      bind('/', 'Write a message', composer.field.focus)
      bind('F2', 'Rename the chat', header.rename, true)
    },
    hide() {
      if (drawn) state.pane.scroll.set(sessionId, transcript.save())
      visit?.abort()
      visit = null
    },
    focus: composer.field.focus,
    destroy: () => life.abort(),
  }
}

interface ViewsOptions {
  readonly kit: Kit
  readonly sessionId: string
  readonly drawerButton: HTMLElement
  readonly signal: AbortSignal
  readonly drawn: () => Projection | null
  onScroll(): void
}

function createViews({ kit, sessionId, drawerButton, signal, drawn, onScroll }: ViewsOptions) {
  const context = createPartContext(kit, sessionId, signal)
  // Who sends wants to see it, wherever they read.
  const composer = createComposer(kit, sessionId, signal, () => transcript.toEnd())
  const host: TurnHost = {
    context,
    cards: new Map(),
    position: (id) => positionOf(drawn(), id),
    copyText: (text) => void tell(kit, kit.actions.copyText(text), 'Copied.'),
    canRecover: (action) => action !== 'resume_queue' || (drawn()?.queue.items.length ?? 0) > 0,
    recover: createRecover({ kit, sessionId, composer, messages: () => drawn()?.messages ?? [] }),
  }
  const header = createHeader(kit, sessionId, drawerButton)
  const queue = createQueue(kit, sessionId, composer.field.focus, signal)
  const pinned = createPinned(host)
  const transcript = createTranscript({ kit, sessionId, host, signal, onScroll })
  const loading = createLoading()
  const foot = h('div', { class: 'foot' }, h('div', { class: 'foot-column' }, pinned.dom, queue.dom, composer.dom))
  const className = `pane ${threadClass(sessionId)}`
  const dom = h('section', { class: className, aria: { label: 'Chat' } }, header.dom, loading, transcript.dom, foot)
  const announce = createPaneAnnouncer(kit, context.actorName)
  return { dom, header, transcript, queue, composer, pinned, loading, announce }
}

function positionOf(drawn: Projection | null, id: string): string | null {
  const pending = drawn?.pending ?? []
  const at = pending.findIndex((candidate) => candidate.id === id)
  return pending.length > 1 && at >= 0 ? `${at + 1} of ${pending.length}` : null
}

/** The shape of what comes; the style sheet shows it only after a moment. */
function createLoading(): HTMLElement {
  const lines = [1, 2, 3].map((line) => h('span', { class: `skeleton skeleton-${line}` }))
  return h('div', { class: 'pane-loading', role: 'status', aria: { label: 'Loading' } }, lines)
}
