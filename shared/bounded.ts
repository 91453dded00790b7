/** How many of the first items are together within `limit`; one, even where that alone is beyond it. */
export function countWithin<T>(items: readonly T[], limit: number, sizeOf: (item: T) => number): number {
  let sum = 0
  for (const [index, item] of items.entries()) {
    sum += sizeOf(item)
    if (sum > limit) return Math.max(1, index)
  }
  return items.length
}

/** Those items themselves. */
export function firstWithin<T>(items: readonly T[], limit: number, sizeOf: (item: T) => number): readonly T[] {
  return items.slice(0, countWithin(items, limit, sizeOf))
}
