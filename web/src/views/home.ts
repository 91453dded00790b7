/** Home: who answers, one large composer, what runs and what was used lately. */
import { h, setAttr } from '../dom/h.ts'
import { createCards } from './cards.ts'
import { createHomeComposer } from './home-composer.ts'
import { type Kit, tell } from './kit.ts'
import { createNewChatChoice } from './new-chat.ts'
import { createProviderStrip } from './provider-strip.ts'

export interface Home {
  readonly dom: HTMLElement
  show(): void
}

export function createHome(kit: Kit, drawerButton: HTMLElement): Home {
  const { state, frame, signal } = kit
  const choice = createNewChatChoice(kit, () => frame.schedule(home, draw))
  const composer = createHomeComposer(kit, choice)
  const cards = createCards(kit)
  const strip = createProviderStrip(kit, (id) => {
    choice.pickProvider(id)
    composer.field.focus()
  })
  const hint = createHint(kit)
  const title = h('h1', { class: 'home-title', text: 'What shall we work on?' })
  const column = h('div', { class: 'home-column' }, title, strip.dom, strip.help, composer.dom, hint, cards.dom)
  const home = h(
    'section',
    { class: 'home', aria: { label: 'Home' } },
    h('header', { class: 'pane-head is-bare' }, drawerButton),
    h('div', { class: 'home-scroll' }, column),
  )
  const draw = () => {
    const { provider } = choice.get()
    strip.update(state.shelf.providers, provider?.id ?? null)
    composer.update()
    setAttr(hint, 'hidden', !state.shelf.isLoaded || state.rows.all.size > 0 || provider?.kind !== 'demo')
    cards.update()
  }
  state.observe(['rows', 'providers', 'projects', 'settings', 'pane'], () => home.isConnected && draw(), signal)
  return {
    dom: home,
    show() {
      draw()
      // On a phone the keyboard would cover what one came to see.
      if (matchMedia('(pointer: fine)').matches) composer.field.focus()
    },
  }
}

const demoPrompt = 'Show me what you can do.'
/** The demo's model that shows most: it thinks, plans, runs tools, asks and edits. */
const demoModel = 'worker'

function createHint({ state, actions, toasts }: Kit): HTMLElement {
  const tryIt = () => {
    const demo = state.shelf.providers.find(({ kind, state: now }) => kind === 'demo' && now === 'ready')
    if (!demo) return
    const model = demo.models.some(({ id }) => id === demoModel) ? demoModel : demo.defaultModel
    void tell({ toasts }, actions.newSession({ provider: demo.id, model, projectId: null, text: demoPrompt }))
  }
  const button = h('button', { class: 'btn', type: 'button', text: 'Try the demo', on: { click: tryIt } })
  const words = 'The demo needs no key and no network: it thinks, runs tools and asks before it acts.'
  return h('p', { class: 'home-hint', hidden: true }, h('span', { text: words }), button)
}
