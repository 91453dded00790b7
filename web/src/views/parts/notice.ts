/** A word from the runtime or from Heddle itself, between the agent's own. One of a next try counts down to it. */
import type { Part, Retry } from '../../../../shared/model.ts'
import { h, setText } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'
import { type ClockKit, createTicking, type Ticking } from './clock.ts'

export type NoticePart = Extract<Part, { type: 'notice' }>

export interface NoticeView {
  readonly dom: HTMLElement
  /** `open`: its turn runs, and nothing has come after it. */
  update(open: boolean): void
  destroy(): void
}

export function createNotice(kit: ClockKit, { level, title, text, retry }: NoticePart): NoticeView {
  const head = h('strong', { class: 'clock', text: title ?? '' })
  const body = h('span', { text })
  let ticking: Ticking | null = null
  const dom = h(
    'div',
    { class: `notice is-${level}`, role: 'note' },
    icon(level === 'info' ? 'info' : 'alert-triangle'),
    h('p', {}, retry ? [body, ' ', head] : [title && head, title && ' ', body]),
  )
  const stop = () => {
    ticking?.stop()
    ticking = null
  }
  return {
    dom,
    update(open) {
      if (!retry) return
      if (open) {
        ticking ??= createTicking(kit, head, (nowMs) => setText(head, retryWords(retry, nowMs)))
        return
      }
      stop()
      setText(head, `Try ${retry.attempt - 1} of ${retry.of} failed.`)
    },
    destroy: stop,
  }
}

/** `Trying again in 3 s · 2 of 4`, and without the seconds once its time has come. */
export function retryWords({ attempt, of, at }: Retry, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(at) - nowMs) / 1_000)
  return `Trying again${seconds > 0 ? ` in ${seconds} s` : ''} · ${attempt} of ${of}`
}
