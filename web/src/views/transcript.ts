/**
 * The conversation of one session: its turns in a window of what is mounted, older ones brought in above without moving
 * what is read, the end followed by whoever is at it.
 */
import { h, setAttr, setClass } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { type Follower, followBottom, type ScrollPlace } from '../dom/scroll.ts'
import type { Projection } from '../state/pane.ts'
import type { Kit } from './kit.ts'
import { createTurn, type TurnHost, type TurnItem } from './turn.ts'
import { createTurns, type Turn } from './turns.ts'
import { atEnd, followed, grownDown, grownUp, shifted, type TurnWindow } from './window.ts'

/** So near to an edge of what is mounted, in px, more is brought in. */
const edgePx = 1_200

/** So much of a card, in px, must be seen for it to count as seen. */
const sightPx = 72

export interface Transcript {
  readonly dom: HTMLElement
  update(projection: Projection): void
  save(): ScrollPlace
  restore(place: ScrollPlace): void
  jumpToBottom(): void
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
  const column = h('div', { class: 'column' })
  const scroller = h(
    'div',
    { class: 'transcript', tabindex: 0, role: 'log', aria: { label: 'Conversation', live: 'off' } },
    column,
  )
  const jump = createJump(() => jumpToBottom())
  const dom = h('div', { class: 'transcript-frame' }, scroller, jump.dom)
  const turnsOf = createTurns()
  let turns: readonly Turn[] = []
  let window: TurnWindow = { from: 0, to: 0 }
  let shown: Projection | null = null
  const follower: Follower = followBottom({
    scroller,
    content: column,
    signal,
    onChange: (atBottom) => kit.frame.schedule(jump, () => jump.show(!atBottom)),
  })

  const draw = () => {
    if (!shown) return
    const pending = shown.pending
    const mounted = turns.slice(window.from, window.to)
    const last = turns.at(-1)
    const rows: Row[] = mounted.map((turn) => ({ key: turn.key, item: { turn, current: turn === last, pending } }))
    if (window.from > 0 || shown.olderBeforeLine !== null) rows.unshift({ key: 'older' })
    reconcile(
      column,
      rows,
      (row) => row.key,
      (row) => (row.item ? turnRow(host, row.item) : olderRow()),
    )
  }

  /** After layout: brings in more where the reader comes near an edge. */
  const look = () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller
    if (clientHeight === 0 || !shown) return
    if (scrollTop < edgePx && window.from > 0) grow(grownUp(window))
    else if (scrollTop < edgePx && shown.olderBeforeLine !== null) void kit.actions.loadOlder(sessionId)
    else if (scrollHeight - clientHeight - scrollTop < edgePx && window.to < turns.length)
      grow(grownDown(window, turns.length))
  }
  const grow = (next: TurnWindow) => {
    window = next
    kit.frame.schedule(column, draw)
    kit.frame.measure(follower.settle)
    kit.frame.measure(look)
  }
  const jumpToBottom = () => {
    if (window.to < turns.length) {
      window = atEnd(turns.length)
      draw()
    }
    jump.show(false)
    follower.jumpToBottom()
  }
  const shows = (pendingId: string) => {
    const card = column.querySelector(`[data-pending="${CSS.escape(pendingId)}"]`)
    if (!card) return false
    const box = card.getBoundingClientRect()
    const edges = scroller.getBoundingClientRect()
    return box.bottom > edges.top + sightPx && box.top < edges.bottom - sightPx
  }
  const onScrolled = () => {
    kit.frame.measure(look)
    onScroll()
  }
  scroller.addEventListener('scroll', onScrolled, { signal, passive: true })

  return {
    dom,
    jumpToBottom,
    update(projection) {
      const before = turns
      turns = turnsOf(projection)
      const first = shown === null || before.length === 0
      window = first ? atEnd(turns.length) : moved(window, before, turns)
      const grew = !first && turns !== before && !follower.atBottom()
      shown = projection
      draw()
      if (grew) jump.mark()
      if (first || turns.length !== before.length) kit.frame.measure(look)
    },
    save: () => follower.save(),
    restore: (place) => follower.restore(place),
    shows,
    press(permissionId, keys) {
      if (permissionId === undefined || !shows(permissionId)) return false
      return host.cards.get(permissionId)?.press(keys) ?? false
    },
  }
}

/** The same turns stay mounted when others come before or after them; after a rewind, what is left of them. */
function moved(window: TurnWindow, before: readonly Turn[], turns: readonly Turn[]): TurnWindow {
  if (before === turns) return window
  const added = Math.max(
    0,
    turns.findIndex((turn) => turn.key === before[0]?.key),
  )
  return followed(shifted(window, added), before.length + added, turns.length)
}

function turnRow(host: TurnHost, item: TurnItem): View<Row> {
  const view = createTurn(host, item)
  return {
    dom: view.dom,
    update: (row) => row.item && view.update?.(row.item),
    destroy: () => view.destroy?.(),
  }
}

function olderRow(): View<Row> {
  return { dom: h('div', { class: 'older', role: 'status', text: 'Earlier messages…' }) }
}

/** Back to the newest; says when something came since the reader left. */
function createJump(onPress: () => void) {
  const button = h(
    'button',
    {
      class: 'jump',
      type: 'button',
      title: 'To the newest',
      hidden: true,
      aria: { label: 'To the newest message' },
      on: { click: onPress },
    },
    icon('arrow-down'),
    h('span', { class: 'jump-new', text: 'New' }),
  )
  return {
    dom: button,
    show(on: boolean) {
      setAttr(button, 'hidden', !on)
      if (!on) setClass(button, 'has-new', false)
    },
    mark: () => setClass(button, 'has-new', true),
  }
}
