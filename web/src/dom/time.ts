/** Times as people read them: ages `3 m`, clocks `1:42`, exact ones on hover, in the person's own format. */
const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `now`, `40 s`, `3 m`, `2 h`, `3 d`, then the date. A time in the future (clocks differ) is `now`. */
export function age(at: string | number, nowMs: number, locale?: string): string {
  const atMs = new Date(at).getTime()
  const past = nowMs - atMs
  if (Number.isNaN(past)) return ''
  if (past < 5 * secondMs) return 'now'
  if (past < minuteMs) return `${Math.floor(past / secondMs)} s`
  if (past < hourMs) return `${Math.floor(past / minuteMs)} m`
  if (past < dayMs) return `${Math.floor(past / hourMs)} h`
  if (past < 7 * dayMs) return `${Math.floor(past / dayMs)} d`
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  return dateFormat(sameYear ? 'day' : 'dayOfYear', locale).format(atMs)
}

/** A running clock: `0:07`, `1:42`, `1:02:03`. */
export function elapsed(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / secondMs))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** How long something took: `0.4 s`, `12 s`, `3 m 5 s`, `2 h 10 m`. */
export function duration(durationMs: number, locale?: string): string {
  const ms = Math.max(0, durationMs)
  if (ms < 9_950) return `${decimal(locale).format(ms / secondMs)} s`
  const seconds = Math.round(ms / secondMs)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m${seconds % 60 ? ` ${seconds % 60} s` : ''}`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} m` : ''}`
}

export function exact(at: string | number, locale?: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  return dateFormat('exact', locale).format(date)
}

/** `16:05`, or as the person writes it. */
export function timeOfDay(at: string | number, locale?: string): string {
  return dateFormat('timeOfDay', locale).format(new Date(at))
}

const dateFormats = {
  day: { day: 'numeric', month: 'short' },
  dayOfYear: { day: 'numeric', month: 'short', year: 'numeric' },
  exact: { dateStyle: 'medium', timeStyle: 'medium' },
  timeOfDay: { hour: 'numeric', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/** To make one takes fifty times as long as to use it, and a sidebar shows a thousand dates. */
const madeFormats = new Map<string, Intl.DateTimeFormat>()
const madeDecimals = new Map<string | undefined, Intl.NumberFormat>()

function dateFormat(name: keyof typeof dateFormats, locale?: string): Intl.DateTimeFormat {
  const key = `${name} ${locale}`
  const made = madeFormats.get(key) ?? new Intl.DateTimeFormat(locale, dateFormats[name])
  madeFormats.set(key, made)
  return made
}

function decimal(locale?: string): Intl.NumberFormat {
  const made = madeDecimals.get(locale) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  madeDecimals.set(locale, made)
  return made
}

export interface Ticker {
  /** Calls with the time now, at once and then every second while the page is visible. */
  subscribe(onTick: (nowMs: number) => void, signal: AbortSignal): void
}

/** One timer for all clocks on the page; none while nobody looks. */
export function createTicker(signal: AbortSignal, now: () => number = Date.now): Ticker {
  const listeners = new Set<(nowMs: number) => void>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const tick = () => {
    const nowMs = now()
    timer = listeners.size > 0 ? setTimeout(tick, secondMs - (nowMs % secondMs)) : undefined
    for (const listener of listeners) listener(nowMs)
  }
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const follow = () => {
    stop()
    if (document.visibilityState === 'visible' && listeners.size > 0 && !signal.aborted) tick()
  }
  document.addEventListener('visibilitychange', follow, { signal })
  signal.addEventListener('abort', stop)

  return {
    subscribe(onTick, subscriberSignal) {
      if (subscriberSignal.aborted || signal.aborted) return
      listeners.add(onTick)
      subscriberSignal.addEventListener('abort', () => {
        listeners.delete(onTick)
        if (listeners.size === 0) stop()
      })
      onTick(now())
      if (timer === undefined && document.visibilityState === 'visible')
        timer = setTimeout(tick, secondMs - (now() % secondMs))
    },
  }
}
