/** Who could answer, in one strip, each with its state; for the chosen one that cannot, what to do about it. */
import type { Provider } from '../../../shared/model.ts'
import { rovingFocus } from '../dom/focus.ts'
import { h, setAria, setAttr, setClass, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { doingOf } from '../state/doings.ts'
import { stateWord } from './chooser.ts'
import { type Kit, tell } from './kit.ts'
import { createProblem, watchDoing } from './parts/context.ts'

export interface ProviderStrip {
  readonly dom: HTMLElement
  /** Below the strip: what to do for the chosen provider; empty if it is ready and nothing failed. */
  readonly help: HTMLElement
  update(providers: readonly Provider[], chosenId: string | null): void
}

interface Pill {
  readonly provider: Provider
  readonly chosen: boolean
}

export function createProviderStrip(kit: Kit, onPick: (providerId: string) => void): ProviderStrip {
  const dom = h('div', { class: 'strip', role: 'radiogroup', aria: { label: 'Provider' } })
  const help = h('div', { class: 'provider-help', hidden: true })
  const roving = rovingFocus(dom, { selector: '.pill', orientation: 'horizontal', signal: kit.signal })
  const drawHelp = createHelp(kit, help)
  return {
    dom,
    help,
    update(providers, chosenId) {
      const pills = readyFirst(providers).map((provider) => ({ provider, chosen: provider.id === chosenId }))
      reconcile(
        dom,
        pills,
        ({ provider }) => provider.id,
        (pill) => createPill(pill, onPick),
      )
      roving.refresh()
      drawHelp(providers.find(({ id }) => id === chosenId) ?? null)
    },
  }
}

/** Who can answer stands together, before those who first want something. */
function readyFirst(providers: readonly Provider[]): Provider[] {
  const isReady = ({ state }: Provider) => state === 'ready'
  return [...providers.filter(isReady), ...providers.filter((provider) => !isReady(provider))]
}

function createPill({ provider: { id } }: Pill, onPick: (providerId: string) => void): View<Pill> {
  const logo = h('span', { class: 'pill-logo', aria: { hidden: true } })
  const name = h('span', { class: 'pill-name' })
  const note = h('small', { class: 'pill-note' })
  const dom = h(
    'button',
    { class: 'pill', type: 'button', role: 'radio', on: { click: () => onPick(id) } },
    logo,
    name,
    note,
  )
  return {
    dom,
    update({ provider, chosen }) {
      setText(logo, provider.name.slice(0, 1).toUpperCase())
      setAttr(logo, 'class', `pill-logo thread-${hueOf(provider.id)}`)
      setText(name, provider.name)
      setText(note, noteOf(provider))
      setAttr(dom, 'title', provider.detail || null)
      setAria(dom, 'checked', chosen)
      setClass(dom, 'is-chosen', chosen)
      setClass(dom, 'is-off', provider.state !== 'ready')
    },
  }
}

function noteOf(provider: Provider): string {
  if (provider.state !== 'ready') return stateWord(provider)
  return provider.kind === 'model' && provider.models.length > 1 ? `${provider.models.length} models` : ''
}

/** Twelve hues for the letters of providers; the same one in every browser. */
function hueOf(providerId: string): number {
  let sum = 0
  for (const sign of providerId) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 997
  return sum % 12
}

function createHelp(kit: Kit, dom: HTMLElement): (provider: Provider | null) => void {
  let drawn: Provider | null = null
  let life = new AbortController()
  const isWanted = (provider: Provider) => {
    if (provider.state !== 'ready') return true
    const doing = kit.state.doings.get(doingOf.provider(provider.id))?.state
    // While it is tried again the button that was pressed stays where it is.
    return provider.models.length === 0 && (doing === 'failed' || (doing === 'busy' && provider.id === drawn?.id))
  }
  return (provider) => {
    const wanted = provider && isWanted(provider) ? provider : null
    setAttr(dom, 'hidden', wanted === null)
    if (wanted === drawn) return
    drawn = wanted
    life.abort()
    life = new AbortController()
    dom.replaceChildren(...(wanted ? helpViews(kit, wanted, AbortSignal.any([life.signal, kit.signal])) : []))
  }
}

const heads = {
  needs_key: 'needs a login',
  not_installed: 'is not installed',
  error: 'cannot be used now',
  // Shown only where it was asked for its models, and failed.
  ready: 'did not tell its models',
}

function helpViews(kit: Kit, provider: Provider, signal: AbortSignal): HTMLElement[] {
  const { actions, state } = kit
  const problem = createProblem()
  const again = h('button', { class: 'btn', type: 'button' }, icon('rotate-cw'), 'Check again')
  again.addEventListener('click', () => void actions.refreshProvider(provider.id), { signal })
  const draw = (busy: boolean, sentence: string) => {
    setAttr(again, 'disabled', busy)
    problem.say(sentence)
  }
  watchDoing(state, doingOf.provider(provider.id), draw, signal)
  const { install } = provider
  const detail = provider.state === 'ready' ? 'A chat can begin all the same, with its own model.' : provider.detail
  const saidBelow = install !== undefined && detail.includes(install)
  const copy = install && h('button', { class: 'btn', type: 'button' }, icon('copy'), 'Copy')
  if (install && copy)
    copy.addEventListener('click', () => void tell(kit, actions.copyText(install), 'Command copied.'), { signal })
  return [
    h('p', {}, h('strong', { text: `${provider.name} ${heads[provider.state]}. ` }), saidBelow ? '' : detail),
    h(
      'div',
      { class: 'provider-help-line' },
      install && h('code', { class: 'settings-command', text: install }),
      copy,
      again,
    ),
    problem.dom,
  ]
}
