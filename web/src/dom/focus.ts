/**
 * Where the keyboard is: kept inside (`trapFocus`), given back (`rememberFocus`), not let fall to the page (`holdFocus`),
 * moved by arrows (`rovingFocus`).
 */
const focusable =
  'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select:not([disabled]), summary, [tabindex]:not([tabindex="-1"])'

export function focusables(container: ParentNode): HTMLElement[] {
  const all = [...container.querySelectorAll<HTMLElement>(focusable)]
  return all.filter((element) => !element.closest('[hidden], [inert]'))
}

/** Tab and Shift+Tab go round inside the container until the signal ends: for what covers the page and is no `<dialog>`. */
export function trapFocus(container: HTMLElement, signal: AbortSignal): void {
  const onKeydown = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') return
    const stops = focusables(container)
    const edge = event.shiftKey ? stops[0] : stops.at(-1)
    const other = event.shiftKey ? stops.at(-1) : stops[0]
    const active = document.activeElement
    if (active !== edge && container.contains(active)) return
    event.preventDefault()
    ;(other ?? container).focus()
  }
  container.addEventListener('keydown', onKeydown, { signal })
}

/** Returns what puts the focus back where it is now, if that is still on the page and nobody has taken it elsewhere. */
export function rememberFocus(): () => void {
  const before = document.activeElement
  return () => {
    const elsewhere = document.activeElement && document.activeElement !== document.body
    if (!elsewhere && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  }
}

/**
 * Returns whether the focus is in the container, or fell from there to the page because what had it was disabled or
 * taken away: then it is for the container's owner to say where one goes on.
 */
export function holdFocus(container: HTMLElement, signal: AbortSignal): () => boolean {
  let inside = container.contains(document.activeElement)
  const look = (event: Event) => {
    inside = event.target instanceof Node && container.contains(event.target)
  }
  document.addEventListener('focusin', look, { signal })
  document.addEventListener('pointerdown', look, { signal, capture: true })
  return () => {
    const active = document.activeElement
    return inside && (!active || active === document.body || container.contains(active))
  }
}

/** For what is no control, but is where one goes on. */
export function focusPlace(place: HTMLElement): void {
  place.tabIndex = -1
  place.focus({ preventScroll: true })
}

export interface RovingOptions {
  /** The items, within the container. */
  selector: string
  orientation?: 'vertical' | 'horizontal'
  signal: AbortSignal
}

/**
 * One tab stop for a whole list: arrows, Home and End move within it. Items may come and go at any time; the stop
 * is wherever the focus was last. Call `refresh` after items changed.
 */
export function rovingFocus(container: HTMLElement, { selector, orientation = 'vertical', signal }: RovingOptions) {
  const [back, forth] = orientation === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight']
  const items = () =>
    [...container.querySelectorAll<HTMLElement>(selector)].filter((item) => !item.closest('[hidden], [inert]'))
  const setStop = (stop: HTMLElement | undefined) => {
    for (const item of items()) if (item.tabIndex !== (item === stop ? 0 : -1)) item.tabIndex = item === stop ? 0 : -1
  }
  const refresh = () => {
    const all = items()
    setStop(all.find((item) => item.tabIndex === 0) ?? all[0])
  }
  const onFocusin = (event: FocusEvent) => {
    const item = (event.target as Element).closest<HTMLElement>(selector)
    if (item) setStop(item)
  }
  const onKeydown = (event: KeyboardEvent) => {
    const all = items()
    // Keys pressed in a field or button inside an item are that one's own.
    const at = all.indexOf(event.target as HTMLElement)
    if (at === -1 || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
    const targets: Record<string, HTMLElement | undefined> = {
      [back as string]: all[at - 1],
      [forth as string]: all[at + 1],
      Home: all[0],
      End: all.at(-1),
    }
    const target = targets[event.key]
    if (!target) return
    event.preventDefault()
    target.focus()
  }
  container.addEventListener('focusin', onFocusin, { signal })
  container.addEventListener('keydown', onKeydown, { signal })
  refresh()
  return { refresh }
}
