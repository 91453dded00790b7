/** A lifetime of its own that ends with another. */
export function childLife(parent: AbortSignal): AbortController {
  const life = new AbortController()
  if (parent.aborted) life.abort()
  else parent.addEventListener('abort', () => life.abort(), { once: true, signal: life.signal })
  return life
}
