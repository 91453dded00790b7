/** A clock that runs while something runs: tabular figures in a box of its own, so that nothing beside it moves. */
import type { Frame } from '../../dom/frame.ts'
import { h, setText } from '../../dom/h.ts'
import { elapsed, type Ticker } from '../../dom/time.ts'

export interface ClockKit {
  readonly frame: Frame
  readonly ticker: Ticker
  readonly signal: AbortSignal
}

export interface Ticking {
  stop(): void
}

export interface Clock extends Ticking {
  readonly dom: HTMLElement
}

/** Counts from `since`; `words` may say more than the figures. */
export function createClock(
  kit: ClockKit,
  since: string,
  words: (figures: string) => string = (figures) => figures,
): Clock {
  const sinceMs = Date.parse(since)
  const dom = h('span', { class: 'clock' })
  return { dom, ...createTicking(kit, dom, (nowMs) => setText(dom, words(elapsed(nowMs - sinceMs)))) }
}

/** Draws at once, and then every second that somebody can see. */
export function createTicking(kit: ClockKit, dom: HTMLElement, draw: (nowMs: number) => void): Ticking {
  const life = new AbortController()
  let drawn = false
  const onTick = (nowMs: number) => {
    // The first time at once: it must not appear a frame after what it stands in.
    if (!drawn) draw(nowMs)
    else kit.frame.schedule(dom, () => life.signal.aborted || draw(nowMs))
    drawn = true
  }
  kit.ticker.subscribe(onTick, AbortSignal.any([life.signal, kit.signal]))
  return { stop: () => life.abort() }
}
