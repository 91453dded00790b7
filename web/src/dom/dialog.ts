/**
 * Native dialogs: the browser keeps the focus inside, makes the page behind inert and closes on Esc. Ours are the name,
 * a press on the backdrop, and the focus's way back.
 */
import { rememberFocus } from './focus.ts'
import { type Child, h } from './h.ts'
import { icon } from './icons.ts'

export interface DialogOptions {
  title: string
  content: readonly Child[]
  /** Buttons at the foot, in the order of reading. */
  actions?: readonly Child[]
  class?: string
  /** Ends the dialog from outside, for instance because its session is gone. */
  signal?: AbortSignal
  onClose?(): void
}

export interface Dialog {
  readonly dom: HTMLDialogElement
  close(): void
}

let dialogCount = 0

export function openDialog(options: DialogOptions): Dialog {
  const titleId = `dialog-title-${++dialogCount}`
  const restoreFocus = rememberFocus()
  const close = () => dom.close()
  const dom = h(
    'dialog',
    { class: `dialog ${options.class ?? ''}`.trim(), aria: { labelledby: titleId } },
    h(
      'header',
      { class: 'dialog-head' },
      h('h2', { id: titleId, text: options.title }),
      h('button', { class: 'icon-btn', type: 'button', aria: { label: 'Close' }, on: { click: close } }, icon('x')),
    ),
    h('div', { class: 'dialog-body' }, options.content),
    options.actions && h('footer', { class: 'dialog-foot' }, options.actions),
  )
  closeOnBackdrop(dom, close)
  dom.addEventListener('close', () => {
    options.signal?.removeEventListener('abort', close)
    dom.remove()
    restoreFocus()
    options.onClose?.()
  })
  document.body.append(dom)
  dom.showModal()
  dom.querySelector<HTMLElement>('[autofocus], .dialog-body input, .dialog-body textarea, .dialog-foot .btn')?.focus()
  options.signal?.addEventListener('abort', close)
  return { dom, close }
}

export interface ConfirmOptions {
  title: string
  text: string
  /** Says what happens: "Delete 3 chats". */
  confirm: string
  danger?: boolean
  signal?: AbortSignal
}

/** True only if the person pressed the button that says so. */
export function confirmDialog({ title, text, confirm, danger, signal }: ConfirmOptions): Promise<boolean> {
  return new Promise((resolve) => {
    let confirmed = false
    const cancelButton = h('button', {
      class: 'btn',
      type: 'button',
      text: 'Cancel',
      on: { click: () => dialog.close() },
    })
    const confirmButton = h('button', {
      class: `btn ${danger ? 'btn-danger' : 'btn-primary'}`,
      type: 'button',
      text: confirm,
      on: {
        click() {
          confirmed = true
          dialog.close()
        },
      },
    })
    const dialog = openDialog({
      title,
      content: [h('p', { text })],
      actions: [cancelButton, confirmButton],
      signal,
      onClose: () => resolve(confirmed),
    })
  })
}

/** Only a press that also began on the backdrop closes: selecting text may end outside. */
function closeOnBackdrop(dom: HTMLDialogElement, close: () => void): void {
  let beganOutside = false
  dom.addEventListener('pointerdown', (event) => {
    beganOutside = event.target === dom
  })
  dom.addEventListener('click', (event) => {
    if (beganOutside && event.target === dom) close()
  })
}
