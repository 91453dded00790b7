/**
 * The conversation of one session: its turns in a window of what is mounted, older ones brought in above without moving
 * what is read, the end followed by whoever is at it.
 */
import { childLife } from '../actions/life.ts'
import { h, setAttr, setText } from '../dom/h.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { followBottom, type ScrollPlace } from '../dom/scroll.ts'
import { doingOf } from '../state/doings.ts'
import type { Projection } from '../state/pane.ts'
import { createJump } from './jump.ts'
import type { Kit } from './kit.ts'
import { createMounted } from './mounted.ts'
import { watchDoing } from './parts/context.ts'
import { createTurn, type TurnHost, type TurnItem } from './turn.ts'

/** So much of a card, in px, must be seen for it to count as seen. */
const sightPx = 72

export interface Transcript {
  readonly dom: HTMLElement
  update(projection: Projection): void
  /** To the newest, and on with it. */
  toEnd(): void
  save(): ScrollPlace
  restore(place: ScrollPlace): void
  /** Whether the card of this permission or question is in sight. */
  shows(pendingId: string): boolean
  /** Presses the button with this key in the card of this permission; false if there is none in sight. */
  press(permissionId: string | undefined, keys: string): boolean
}

export interface TranscriptOptions {
  readonly kit: Kit
  readonly sessionId: string
  readonly host: TurnHost
  readonly signal: AbortSignal
  onScroll(): void
}

type Row = { key: string; item?: TurnItem }

export function createTranscript({ kit, sessionId, host, signal, onScroll }: TranscriptOptions): Transcript {
  const { frame, actions } = kit
  const column = h('div', { class: 'column' })
  const aria = { label: 'Conversation', live: 'off' }
  const scroller = h('div', { class: 'transcript', tabindex: 0, role: 'log', aria }, column)
  const jump = createJump(() => jumpToBottom())
  const mounted = createMounted()
  const onFollow = (atBottom: boolean) => frame.schedule(jump, () => jump.show(!atBottom))
  const follower = followBottom({ scroller, content: column, signal, onChange: onFollow })
  let pending: unknown = null

  const create = (row: Row) => (row.item ? createTurnRow(host, row.item) : createOlderRow(kit, sessionId))
  const draw = () => {
    const last = mounted.turns.at(-1)
    // Only what runs waits for anybody: all other turns stand as they were drawn.
    const rows: Row[] = mounted
      .visible()
      .map((turn) => ({ key: turn.key, item: { turn, current: turn === last, pending: turn.live && pending } }))
    if (mounted.hasEarlier()) rows.unshift({ key: 'older' })
    reconcile(column, rows, (row) => row.key, create)
  }
  /** After layout: brings in more where the reader comes near an edge. */
  const look = () => {
    const wanted = mounted.look(scroller)
    if (wanted === 'older') void actions.loadOlder(sessionId)
    if (wanted !== 'grown') return
    frame.schedule(column, draw)
    frame.measure(follower.settle)
    frame.measure(look)
  }
  const jumpToBottom = () => {
    if (mounted.toEnd()) draw()
    jump.show(false)
    follower.jumpToBottom()
  }
  const onScrolled = () => {
    frame.measure(look)
    onScroll()
  }
  scroller.addEventListener('scroll', onScrolled, { signal, passive: true })

  const shows = (pendingId: string) => {
    const card = column.querySelector(`[data-pending="${CSS.escape(pendingId)}"]`)
    if (!card) return false
    const box = card.getBoundingClientRect()
    const edges = scroller.getBoundingClientRect()
    return box.bottom > edges.top + sightPx && box.top < edges.bottom - sightPx
  }
  return {
    dom: h('div', { class: 'transcript-frame' }, scroller, jump.dom),
    update(projection) {
      const before = mounted.turns
      const first = mounted.update(projection)
      pending = projection.pending
      draw()
      if (mounted.turns === before) return
      if (!first && !follower.atBottom()) jump.mark()
      if (first || mounted.turns.length !== before.length) frame.measure(look)
    },
    toEnd: jumpToBottom,
    save: () => follower.save(),
    restore: (place) => follower.restore(place),
    shows,
    press(permissionId, keys) {
      if (permissionId === undefined || !shows(permissionId)) return false
      return host.cards.get(permissionId)?.press(keys) ?? false
    },
  }
}

function createTurnRow(host: TurnHost, item: TurnItem): View<Row> {
  const view = createTurn(host, item)
  return {
    dom: view.dom,
    update: (row) => row.item && view.update?.(row.item),
    destroy: () => view.destroy?.(),
  }
}

/** What is before the first one shown: on its way, or why it is not. */
function createOlderRow({ state, actions, signal }: Kit, sessionId: string): View<Row> {
  const life = childLife(signal)
  const words = h('span', { text: 'Earlier messages…' })
  const again = h('button', { class: 'btn', type: 'button', text: 'Try again', hidden: true })
  again.addEventListener('click', () => void actions.loadOlder(sessionId))
  const draw = (_: boolean, problem: string) => {
    setText(words, problem ? `Earlier messages did not come. ${problem}` : 'Earlier messages…')
    setAttr(again, 'hidden', problem === '')
  }
  watchDoing(state, doingOf.older(sessionId), draw, life.signal)
  return { dom: h('div', { class: 'older', role: 'status' }, words, again), destroy: () => life.abort() }
}
