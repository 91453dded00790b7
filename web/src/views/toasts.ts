/** Words that pass: failures that no card shows, and small successes that nothing else would. */
import type { Deps } from '../actions/deps.ts'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { reconcile, type View } from '../dom/reconcile.ts'

interface Toast {
  readonly id: string
  readonly level: 'info' | 'warning' | 'error'
  readonly text: string
  readonly sessionId: string | null
  readonly offer?: Offer
}

/** What can still be done about it. */
export interface Offer {
  readonly label: string
  run(): void
}

export interface Toasts {
  readonly dom: HTMLElement
  show(level: Toast['level'], text: string, offer?: Offer): void
}

/** Long enough to be read twice; a failure stays until it is dismissed. */
const passesAfterMs = 4_000
/** An offer has to be read, thought about and reached. */
const offersForMs = 10_000
const kept = 3

export function createToasts({ state, actions, frame, signal }: Deps): Toasts {
  const dom = h('div', { class: 'toasts', role: 'region', aria: { label: 'Messages' } })
  let own: readonly Toast[] = []
  let count = 0
  const draw = () => reconcile(dom, [...state.shelf.notices, ...own], ({ id }) => id, create)
  const drop = (id: string) => {
    if (!own.some((toast) => toast.id === id)) return actions.dismissNotice(id)
    own = own.filter((toast) => toast.id !== id)
    frame.schedule(dom, draw)
  }
  const create = (toast: Toast): View<Toast> => ({
    dom: createToast(toast, state.rows.get(toast.sessionId ?? '')?.title, drop),
  })
  state.observe('notices', draw, signal)
  return {
    dom,
    show(level, text, offer) {
      const id = `toast ${++count}`
      own = [...own.filter((toast) => toast.text !== text), { id, level, text, sessionId: null, offer }].slice(-kept)
      frame.schedule(dom, draw)
      if (level === 'info') setTimeout(() => signal.aborted || drop(id), offer ? offersForMs : passesAfterMs)
    },
  }
}

function createToast(
  { id, level, text, sessionId, offer }: Toast,
  title: string | undefined,
  drop: (id: string) => void,
): HTMLElement {
  const close = h('button', { class: 'icon-btn', type: 'button', aria: { label: 'Dismiss' } }, icon('x'))
  close.addEventListener('click', () => drop(id))
  const take = offer && h('button', { class: 'btn', type: 'button', text: offer.label })
  take?.addEventListener('click', () => {
    drop(id)
    offer?.run()
  })
  return h(
    'div',
    { class: `toast toast-${level}`, role: level === 'error' ? 'alert' : 'status' },
    h('p', {}, sessionId && h('a', { href: `/session/${sessionId}`, text: `${title || 'A chat'}: ` }), text),
    take,
    close,
  )
}
