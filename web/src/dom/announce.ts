/**
 * What a screen reader is told: finished blocks and changes of state, never tokens. Each message is a node of its own, so
 * that the same words twice are spoken twice.
 */
export interface Announcer {
  /** `assertive` interrupts: only for what waits for the person. */
  say(text: string, urgency?: 'polite' | 'assertive'): void
}

/** More would be read long after they were true. */
const keptMessages = 4

export function createAnnouncer(parent: HTMLElement, signal?: AbortSignal): Announcer {
  const regions = { polite: region('polite'), assertive: region('assertive') }
  parent.append(regions.polite, regions.assertive)
  signal?.addEventListener('abort', () => {
    regions.polite.remove()
    regions.assertive.remove()
  })
  return {
    say(text, urgency = 'polite') {
      if (!text.trim() || signal?.aborted) return
      const message = document.createElement('p')
      message.textContent = text
      regions[urgency].append(message)
      while (regions[urgency].childElementCount > keptMessages) regions[urgency].firstElementChild?.remove()
    },
  }
}

function region(urgency: 'polite' | 'assertive'): HTMLElement {
  const element = document.createElement('div')
  element.className = 'visually-hidden'
  element.setAttribute('aria-live', urgency)
  element.setAttribute('aria-relevant', 'additions')
  element.setAttribute('aria-atomic', 'false')
  element.setAttribute('role', urgency === 'polite' ? 'status' : 'alert')
  return element
}
