/** Tells the live connection what happens to the page: to the front, to the back, asleep, frozen, back again. */
import type { Live } from './live.ts'

export interface PageLifeParts {
  readonly window: Window
  readonly live: Pick<Live, 'attach' | 'leave' | 'setVisible' | 'wake'>
  /** The page can be seen again. */
  readonly onVisible: () => void
  /** The page may not get another chance to save anything. */
  readonly onHidden: () => void
  readonly signal: AbortSignal
}

export function watchPageLife({ window, live, onVisible, onHidden, signal }: PageLifeParts): void {
  const { document } = window
  const onVisibility = () => {
    const isVisible = document.visibilityState === 'visible'
    live.setVisible(isVisible)
    if (!isVisible) return onHidden()
    live.wake()
    onVisible()
  }
  // A page in the back/forward cache hears nothing; it leaves first and attaches on its return.
  const onPageHide = () => {
    onHidden()
    live.leave()
  }
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) live.attach()
    live.wake()
  }
  document.addEventListener('visibilitychange', onVisibility, { signal })
  window.addEventListener('online', () => live.wake(), { signal })
  window.addEventListener('pagehide', onPageHide, { signal })
  window.addEventListener('pageshow', onPageShow, { signal })
}
