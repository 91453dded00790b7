/** Puts what floats beside what opened it: below if there is room, else above, never outside the window. */
const gapPx = 4
const marginPx = 8
/** Less room than this below, and more above: it goes above. */
const wantedPx = 240
/** The style sheet makes menus sheets at the bottom up to this width; there is nothing to place then. */
const sheetQuery = '(max-width: 700px)'

export interface Box {
  left: number
  top: number
  maxHeight: number
}

export function placeBox(
  anchor: Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>,
  size: { width: number; height: number },
  view: { width: number; height: number },
): Box {
  const below = view.height - anchor.bottom - gapPx - marginPx
  const above = anchor.top - gapPx - marginPx
  const goesAbove = below < Math.min(size.height, wantedPx) && above > below
  const maxHeight = Math.max(0, goesAbove ? above : below)
  const height = Math.min(size.height, maxHeight)
  const left = Math.min(anchor.left, view.width - marginPx - size.width)
  return {
    left: Math.max(marginPx, left),
    top: goesAbove ? anchor.top - gapPx - height : anchor.bottom + gapPx,
    maxHeight,
  }
}

/** Keeps it there until the signal ends, whatever scrolls or changes size. */
export function placeBeside(floating: HTMLElement, anchor: HTMLElement, signal: AbortSignal): void {
  const sheet = matchMedia(sheetQuery)
  const put = () => {
    const { style } = floating
    style.maxHeight = ''
    if (sheet.matches) {
      style.left = style.top = ''
      return
    }
    const size = floating.getBoundingClientRect()
    const view = document.documentElement
    const box = placeBox(anchor.getBoundingClientRect(), size, { width: view.clientWidth, height: view.clientHeight })
    style.left = `${box.left}px`
    style.top = `${box.top}px`
    style.maxHeight = `${box.maxHeight}px`
  }
  const onScroll = (event: Event) => {
    if (!floating.contains(event.target as Node)) put()
  }
  put()
  window.addEventListener('resize', put, { signal })
  document.addEventListener('scroll', onScroll, { signal, capture: true, passive: true })
}
