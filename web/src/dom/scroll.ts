/**
 * Follows the end of a growing transcript, but only for a reader who is at it. Everyone else's reading position stands:
 * the block at the top of what is visible stays where it is while things above it grow, settle, vanish or come back.
 *
 *   following ── the person scrolls up, hold() ──► reading ── the person reaches the bottom, jumpToBottom() ──► following
 *
 * Corrections are made after layout and before paint (ResizeObserver), so nothing is seen to jump. Only a scroll that
 * neither we nor the layout caused counts as the person's.
 */
export interface ScrollPlace {
  following: boolean
  /** The id of the element at the top of what was visible, and how far below the scroller's edge it began, in px. */
  id?: string
  offset?: number
  top: number
}

export interface Follower {
  atBottom(): boolean
  jumpToBottom(): void
  /** The person opens or closes this: it stays under the hand, also at the end, where what it opens is below the edge. */
  hold(element: Element): void
  /** Follows again if the end is still in sight; after `hold`, once the layout is known. */
  resume(): void
  /** The reading position in a form that outlives the nodes: it is found again by the `id` of a turn or message. */
  save(): ScrollPlace
  restore(place: ScrollPlace): void
  /** Asks for the correction now, in the frame's read phase, where a change kept all heights the same. */
  settle(): void
}

export interface FollowOptions {
  scroller: HTMLElement
  /** The one child of the scroller whose children are the turns. */
  content: HTMLElement
  signal: AbortSignal
  onChange?(atBottom: boolean): void
}

/** Sub-pixel layouts and zoom leave up to this much below the last line. */
const bottomSlackPx = 4
/** Block, list, item, paragraph: deeper than that, positions differ by less than a line. */
const anchorDepth = 6

interface Anchor {
  element: Element
  offset: number
}

export function followBottom({ scroller, content, signal, onChange }: FollowOptions): Follower {
  let following = true
  let lastTop = 0
  let anchors: Anchor[] = []

  const edge = () => scroller.getBoundingClientRect().top
  const offsetOf = (element: Element) => element.getBoundingClientRect().top - edge()
  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
  const scrollTo = (top: number) => {
    if (Math.abs(scroller.scrollTop - top) > 0.5) scroller.scrollTop = top
    lastTop = scroller.scrollTop
  }
  const setFollowing = (value: boolean) => {
    if (following === value) return
    following = value
    onChange?.(value)
  }

  const settle = () => {
    if (following) return scrollTo(scroller.scrollHeight)
    const anchor = anchors.find(({ element }) => element.isConnected && element.getClientRects().length > 0)
    if (!anchor) return scrollTo(scroller.scrollTop)
    scrollTo(scroller.scrollTop + offsetOf(anchor.element) - anchor.offset)
    for (const other of anchors) if (other !== anchor) other.offset = offsetOf(other.element)
  }

  const onScroll = () => {
    const top = scroller.scrollTop
    if (Math.abs(top - lastTop) < 1) return
    const up = top < lastTop
    lastTop = top
    if (distance() <= bottomSlackPx) setFollowing(following || !up)
    else if (up || !following) setFollowing(false)
    anchors = following ? [] : anchorsAt(content, edge())
  }

  // Ours is the only anchoring: the browser's own would correct the same change a second time.
  scroller.style.overflowAnchor = 'none'
  scroller.addEventListener('scroll', onScroll, { signal, passive: true })
  const observer = new ResizeObserver(settle)
  observer.observe(scroller)
  observer.observe(content)
  signal.addEventListener('abort', () => observer.disconnect())

  return {
    atBottom: () => following,
    settle,
    jumpToBottom() {
      setFollowing(true)
      settle()
    },
    hold(element) {
      anchors = [{ element, offset: offsetOf(element) }]
      setFollowing(false)
    },
    resume: () => setFollowing(following || distance() <= bottomSlackPx),
    save() {
      const named = following ? undefined : anchorsAt(content, edge()).find(({ element }) => element.id)
      return { following, id: named?.element.id, offset: named?.offset, top: scroller.scrollTop }
    },
    restore(place) {
      setFollowing(place.following)
      const element = place.id ? content.querySelector(`[id="${CSS.escape(place.id)}"]`) : null
      anchors = element ? [{ element, offset: place.offset ?? 0 }] : []
      if (!following && !element) scrollTo(place.top)
      settle()
      if (!following) anchors = anchorsAt(content, edge())
    },
  }
}

/** The block that crosses or follows the top edge, deepest first, then what it stands in, then what comes after it. */
function anchorsAt(content: Element, edgeTop: number): Anchor[] {
  const chain: Anchor[] = []
  const after: Anchor[] = []
  const toAnchor = (element: Element): Anchor => ({ element, offset: element.getBoundingClientRect().top - edgeTop })
  let parent = content
  for (let depth = 0; depth < anchorDepth; depth++) {
    const visible = [...parent.children].find((child) => {
      const rect = child.getBoundingClientRect()
      return rect.height > 0 && rect.bottom > edgeTop + 1
    })
    if (!visible) break
    chain.unshift(toAnchor(visible))
    if (visible.nextElementSibling) after.unshift(toAnchor(visible.nextElementSibling))
    parent = visible
  }
  return [...chain, ...after]
}

/** Where each session was read, for as long as the page lives. */
export function createScrollPlaces<Key>(limit = 200) {
  const places = new Map<Key, ScrollPlace>()
  return {
    keep(key: Key, follower: Follower) {
      places.delete(key)
      places.set(key, follower.save())
      if (places.size > limit) places.delete(places.keys().next().value as Key)
    },
    /** The end, for a key that was never kept. */
    restore(key: Key, follower: Follower) {
      follower.restore(places.get(key) ?? { following: true, top: 0 })
    },
  }
}
