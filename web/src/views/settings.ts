/** The person's settings: how the page looks, and how to come in from another device. */
import type { Settings } from '../../../shared/model.ts'
import { h } from '../dom/h.ts'
import { createDevices } from './devices.ts'
import { type Kit, tell } from './kit.ts'
import { openShortcuts } from './shortcuts.ts'

export interface SettingsView {
  readonly dom: HTMLElement
  show(): void
}

export function createSettings(kit: Kit, drawerButton: HTMLElement): SettingsView {
  const devices = createDevices(kit)
  const shortcuts = h('button', { class: 'btn', type: 'button', text: 'Show all shortcuts' })
  shortcuts.addEventListener('click', () => openShortcuts(kit))
  const dom = h(
    'section',
    { class: 'settings', aria: { label: 'Settings' } },
    h('header', { class: 'pane-head' }, drawerButton, h('h1', { class: 'pane-heading', text: 'Settings' })),
    h(
      'div',
      { class: 'settings-scroll' },
      h(
        'div',
        { class: 'settings-column' },
        choice(kit, 'theme', 'Theme', [
          ['system', 'As the system'],
          ['light', 'Light'],
          ['dark', 'Dark'],
        ]),
        choice(kit, 'density', 'Rows', [
          ['comfortable', 'Comfortable'],
          ['compact', 'Compact'],
        ]),
        section('Devices and keys', devices.dom),
        group('Keyboard', [shortcuts]),
        group('Version', [version(kit)]),
      ),
    ),
  )
  return { dom, show: devices.refresh }
}

function section(name: string, body: HTMLElement): HTMLElement {
  return h('section', { class: 'settings-group' }, h('h2', { text: name }), body)
}

function group(name: string, children: readonly Node[]): HTMLElement {
  return section(name, h('div', { class: 'settings-body' }, children))
}

function choice<Name extends 'theme' | 'density'>(
  kit: Kit,
  name: Name,
  label: string,
  values: readonly (readonly [Settings[Name], string])[],
): HTMLElement {
  const { state, actions, signal } = kit
  const radios = values.map(([value]) => h('input', { type: 'radio', name: `settings-${name}`, value }))
  const show = () => {
    for (const radio of radios) radio.checked = radio.value === state.shelf.settings[name]
  }
  for (const [index, radio] of radios.entries()) {
    const [value] = values[index] ?? []
    radio.addEventListener('change', () => void tell(kit, actions.patchSettings({ [name]: value })), { signal })
  }
  state.observe('settings', show, signal)
  show()
  const rows = radios.map((radio, index) =>
    h('label', { class: 'segment' }, radio, h('span', { text: values[index]?.[1] })),
  )
  return h('fieldset', { class: 'settings-group' }, h('legend', { text: label }), h('div', { class: 'segments' }, rows))
}

function version({ state, signal }: Kit): HTMLElement {
  const dom = h('p', { class: 'number' })
  const show = () => {
    dom.textContent = state.shelf.serverVersion ?? 'Not known yet'
  }
  state.observe('connection', show, signal)
  show()
  return dom
}
