/**
 * Keeps a parent's children in step with a list, by key. A kept node is the same node, so its focus, selection, open
 * details and scroll survive. As few nodes as possible are moved, and never the one that holds the focus or the selection:
 * the others are moved around it. Where the browser has `moveBefore`, moved nodes keep their state too.
 */
export interface View<Item = void> {
  readonly dom: HTMLElement
  update?(item: Item): void
  destroy?(): void
}

const viewsOf = new WeakMap<Element, Map<unknown, View<never>>>()

/** The parent's children belong to this call alone. `create` is for new keys; each view is then told its item by `update`. */
export function reconcile<Item, Key>(
  parent: Element,
  items: readonly Item[],
  keyOf: (item: Item) => Key,
  create: (item: Item) => View<Item>,
): void {
  const before = (viewsOf.get(parent) ?? new Map()) as Map<Key, View<Item>>
  const after = new Map<Key, View<Item>>()
  for (const item of items) {
    const key = keyOf(item)
    if (after.has(key)) throw new Error(`Two items of one list have the key ${String(key)}.`)
    const view = before.get(key) ?? create(item)
    view.update?.(item)
    after.set(key, view)
  }
  for (const [key, view] of before) if (!after.has(key)) remove(view)
  placeInOrder(parent, [...before.values()], [...after.values()])
  viewsOf.set(parent, after as Map<unknown, View<never>>)
}

/** Removes and destroys all that `reconcile` made in the parent. */
export function clear(parent: Element): void {
  reconcile<never, unknown>(
    parent,
    [],
    (item) => item,
    (item) => item,
  )
  viewsOf.delete(parent)
}

function remove(view: View<never>): void {
  view.destroy?.()
  view.dom.remove()
}

function placeInOrder(parent: Element, before: readonly View<never>[], after: readonly View<never>[]): void {
  const oldIndex = new Map(before.map((view, index) => [view, index]))
  const positions = after.map((view) => oldIndex.get(view) ?? -1)
  const staying = isAscending(positions) ? null : staysInPlace(positions, heldIndex(parent, after))
  let next: Node | null = null
  for (let index = after.length - 1; index >= 0; index--) {
    const { dom } = after[index] as View<never>
    const stays = positions[index] !== -1 && (staying === null || staying.has(index))
    if (!stays) place(parent, dom, next)
    next = dom
  }
}

function place(parent: Element, dom: HTMLElement, next: Node | null): void {
  if ('moveBefore' in parent && dom.parentNode === parent && parent.isConnected) parent.moveBefore(dom, next)
  else parent.insertBefore(dom, next)
}

function isAscending(positions: readonly number[]): boolean {
  let last = -1
  for (const position of positions) {
    if (position === -1) continue
    if (position < last) return false
    last = position
  }
  return true
}

/** The index of the view that holds the focus, else the selection's start, else -1. */
function heldIndex(parent: Element, views: readonly View<never>[]): number {
  const held = [document.activeElement, document.getSelection()?.anchorNode]
  const node = held.find((candidate) => candidate && candidate !== parent && parent.contains(candidate))
  return node ? views.findIndex((view) => view.dom.contains(node)) : -1
}

/** A longest ascending run of old positions; one through `held`, if there is one. */
function staysInPlace(positions: readonly number[], held: number): Set<number> {
  const heldAt = positions[held] ?? -1
  const fits = (index: number, position: number) =>
    position !== -1 && (heldAt === -1 || index === held || index < held === position < heldAt)
  const ends: number[] = [] // ends[n]: index of the smallest last position of an ascending run of n + 1
  const previous = new Map<number, number>()
  positions.forEach((position, index) => {
    if (!fits(index, position)) return
    let low = 0
    for (let high = ends.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((positions[ends[middle] as number] as number) < position) low = middle + 1
      else high = middle
    }
    if (low > 0) previous.set(index, ends[low - 1] as number)
    ends[low] = index
  })
  const staying = new Set<number>()
  for (let index = ends.at(-1); index !== undefined; index = previous.get(index)) staying.add(index)
  return staying
}
