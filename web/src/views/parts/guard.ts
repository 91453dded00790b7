/**
 * No click in the first half second: a card that comes under a moving pointer, or between two key presses, must not be
 * answered by a hand that meant something else. Counts from when the card could be seen, so not while the page is hidden.
 */
export const guardMs = 500

export interface ClickGuard {
  /** Whether a press counts. */
  allows(): boolean
  /** The card moved or changed under the hand: the half second begins again. */
  rearm(): void
}

export function createClickGuard(now: () => number, signal: AbortSignal): ClickGuard {
  let shownAt: number | null = null
  const show = () => {
    if (document.visibilityState === 'visible') shownAt ??= now()
  }
  document.addEventListener('visibilitychange', show, { signal })
  show()
  return {
    allows: () => shownAt !== null && now() - shownAt >= guardMs,
    rearm() {
      shownAt = null
      show()
    },
  }
}
