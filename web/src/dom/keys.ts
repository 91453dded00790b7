/**
 * The keyboard shortcuts: `Mod+K`, `Escape`, `A`, `Shift+Enter`. `Mod` is ⌘ on a Mac, Ctrl elsewhere. The newest binding of a
 * combination is asked first, so an open card comes before the page. Nothing fires in the middle of an input method's
 * composition, nor, unless asked, while the person types in a field.
 */
export interface Shortcut {
  readonly keys: string
  /** What happens, for the list of shortcuts. */
  readonly label: string
  /** `false` says: not mine, ask the one before me. */
  run(event: KeyboardEvent): unknown
  /** Fires in text fields too: in all of them, or in this one. */
  readonly whileTyping?: boolean | HTMLElement
}

export interface Keys {
  bind(shortcut: Shortcut, signal: AbortSignal): void
  /** Newest first. */
  list(): readonly Shortcut[]
}

export function createKeys(target: HTMLElement | Document, signal: AbortSignal, mac = isMac()): Keys {
  const bound: Shortcut[] = []
  const onKeydown = (event: Event) => {
    const key = event as KeyboardEvent
    if (key.defaultPrevented || key.isComposing || key.keyCode === 229) return
    const target = key.composedPath()[0] ?? key.target
    const typing = isTyping(target)
    for (const shortcut of [...bound]) {
      if ((typing && !firesIn(shortcut, target)) || !matches(shortcut.keys, key, mac)) continue
      if (shortcut.run(key) === false) continue
      key.preventDefault()
      return
    }
  }
  target.addEventListener('keydown', onKeydown, { signal })
  return {
    bind(shortcut, bindingSignal) {
      if (bindingSignal.aborted) return
      bound.unshift(shortcut)
      bindingSignal.addEventListener('abort', () => bound.splice(bound.indexOf(shortcut), 1), { once: true })
    },
    list: () => bound,
  }
}

export function isMac(platform = navigator.platform): boolean {
  return /^(Mac|iPhone|iPad)/.test(platform)
}

const macSigns: Record<string, string> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }
const pcNames: Record<string, string> = { Mod: 'Ctrl' }
const keyNames: Record<string, string> = {
  Escape: 'Esc',
  Enter: '⏎',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Backspace: '⌫',
  Space: 'Space',
}

/** As it stands on the person's keyboard: `⌘K` or `Ctrl+K`. */
export function keysLabel(keys: string, mac = isMac()): string {
  const parts = keys.split('+').map((part) => (mac ? macSigns[part] : pcNames[part]) ?? keyNames[part] ?? part)
  return parts.join(mac ? '' : '+')
}

function firesIn({ whileTyping }: Shortcut, target: EventTarget | null): boolean {
  return whileTyping === true || (whileTyping instanceof HTMLElement && whileTyping === target)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !/^(?:button|checkbox|radio|range|submit|reset|color|file)$/.test(target.type)
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

function matches(keys: string, event: KeyboardEvent, mac: boolean): boolean {
  const parts = keys.split('+')
  const key = parts.pop() ?? ''
  const ctrl = parts.includes('Ctrl') || (!mac && parts.includes('Mod'))
  const meta = mac && parts.includes('Mod')
  if (event.ctrlKey !== ctrl || event.metaKey !== meta || event.altKey !== parts.includes('Alt')) return false
  // Which sign needs Shift depends on the layout (`?` does nearly everywhere), so it counts for letters and named keys only.
  if (event.shiftKey !== parts.includes('Shift') && (key.length > 1 || /\p{L}/u.test(key))) return false
  return keyOf(event) === (key === 'Space' ? ' ' : key.toLowerCase())
}

/** The sign that was typed; on layouts without Latin letters the one that stands on the same key. */
function keyOf(event: KeyboardEvent): string {
  const latin = /^Key([A-Z])$/.exec(event.code)?.[1]
  return latin && /[^\p{ASCII}]/u.test(event.key) ? latin.toLowerCase() : event.key.toLowerCase()
}
