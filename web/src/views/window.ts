/**
 * Which turns are mounted: a window over all of them, at most so many, that grows towards the reader and lets go on the
 * far side. Pure: what is measured and when is the transcript's matter.
 */
export interface TurnWindow {
  readonly from: number
  /** Past the last one. */
  readonly to: number
}

/** More turns than this at once make style and layout felt, even those off the screen. */
export const mountedTurns = 300
/** Mounted at first: a screenful and what a flick of the wheel reaches, so that switching takes one frame. */
export const firstTurns = 24
const step = 48

/** At the end: as many as were there, the newest ones. */
export function atEnd(count: number, mounted = firstTurns): TurnWindow {
  const size = Math.min(mounted, mountedTurns, count)
  return { from: count - size, to: count }
}

export function grownUp({ from, to }: TurnWindow): TurnWindow {
  const next = Math.max(0, from - step)
  return { from: next, to: Math.min(to, next + mountedTurns) }
}

export function grownDown({ from, to }: TurnWindow, count: number): TurnWindow {
  const next = Math.min(count, to + step)
  return { from: Math.max(from, next - mountedTurns), to: next }
}

/** `added` turns came before all others: the same ones stay mounted. */
export function shifted({ from, to }: TurnWindow, added: number): TurnWindow {
  return { from: from + added, to: to + added }
}

/** New turns at the end are mounted if the last one was; when that makes too many, the oldest go. */
export function followed(window: TurnWindow, before: number, count: number): TurnWindow {
  if (window.to !== before) return { from: Math.min(window.from, count), to: Math.min(window.to, count) }
  return { from: Math.min(count, Math.max(window.from, count - mountedTurns)), to: count }
}
