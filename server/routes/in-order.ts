/** For changes that rest on what was there before: of two that come at once neither is lost, whoever is first. */
export function inOrder(): <T>(change: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (change) => {
    // Whether the one before has failed is told to whoever asked for it.
    const changed = last.then(change, change)
    last = changed
    return changed
  }
}
