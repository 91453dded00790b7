/** Settings: a link that lets another device in, and who has a key. */
import type { ApiKey } from '../../../shared/model.ts'
import { confirmDialog } from '../dom/dialog.ts'
import { h, setAttr } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { createQrCode } from '../dom/qr.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { age, exact } from '../dom/time.ts'
import { type Kit, tell } from './kit.ts'

export interface Devices {
  readonly dom: HTMLElement
  /** Asks who has a key. */
  refresh(): void
}

export function createDevices(kit: Kit): Devices {
  const { state, actions, frame } = kit
  const link = h('div', { class: 'device-link' })
  const list = h('ul', { class: 'device-list', aria: { label: 'Keys' } })
  const add = h('button', { class: 'btn', type: 'button', text: 'Let another device in' })
  add.addEventListener('click', async () => {
    setAttr(add, 'disabled', true)
    const asked = actions.createLoginLink()
    await tell(kit, asked)
    const outcome = await asked
    setAttr(add, 'disabled', false)
    if (outcome.ok) link.replaceChildren(...(await linkViews(kit, outcome.value.url)))
  })
  const refresh = async () => {
    if (state.shelf.key !== 'held') return
    const outcome = await actions.listKeys()
    if (!outcome.ok) return kit.toasts.show('error', outcome.failure.detail)
    const keys = outcome.value
    frame.schedule(list, () =>
      reconcile(
        list,
        keys,
        ({ id }) => id,
        (key) => createKey(kit, key, refresh),
      ),
    )
  }
  const dom = h('div', { class: 'settings-body' }, add, link, list)
  // Settings may be what is shown when this browser is let in.
  let key = state.shelf.key
  const lookAgain = () => {
    if (state.shelf.key === key) return
    key = state.shelf.key
    if (dom.isConnected) void refresh()
  }
  state.observe('connection', lookAgain, kit.signal)
  return { dom, refresh: () => void refresh() }
}

async function linkViews(kit: Kit, url: string): Promise<Element[]> {
  const copy = h('button', { class: 'btn', type: 'button' }, icon('copy'), 'Copy link')
  copy.addEventListener('click', () => void tell(kit, kit.actions.copyText(url), 'Link copied.'))
  return [
    h('p', { text: 'Open this there, or point its camera here. It works once, for ten minutes.' }),
    await createQrCode(url, 'QR code of the link below'),
    h('code', { class: 'settings-command', text: url }),
    copy,
  ]
}

const kinds = { person: '', program: 'program', agent: 'agent' }

function createKey(kit: Kit, { id, name, kind, createdAt, lastUsedAt }: ApiKey, refresh: () => void): View<ApiKey> {
  const revoke = h('button', { class: 'btn', type: 'button', text: 'Revoke', aria: { label: `Revoke ${name}` } })
  revoke.addEventListener('click', async () => {
    const sure = await confirmDialog({
      title: `Revoke “${name}”?`,
      text: 'What uses it is out at once. This browser, too, if it is its own.',
      confirm: 'Revoke key',
      danger: true,
      signal: kit.signal,
    })
    if (!sure) return
    await tell(kit, kit.actions.revokeKey(id))
    refresh()
  })
  const used = lastUsedAt ?? createdAt
  const when = h('time', {
    datetime: used,
    title: exact(used),
    text: lastUsedAt ? age(used, Date.now()) : 'never used',
  })
  const about = h('span', { class: 'device-about' }, kinds[kind] && `${kinds[kind]} · `, when)
  return { dom: h('li', { class: 'device' }, h('span', { class: 'device-name', text: name }), about, revoke) }
}
