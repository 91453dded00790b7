/** Home: who answers, with which model, where; one large composer; what runs and what was used lately. */
import type { Provider } from '../../../shared/model.ts'
import { h, setAttr, setText } from '../dom/h.ts'
import { keysLabel } from '../dom/keys.ts'
import { doingOf } from '../state/doings.ts'
import { createCards } from './cards.ts'
import { createChip } from './chip.ts'
import { modelName } from './chooser.ts'
import { createField } from './field.ts'
import type { Kit } from './kit.ts'
import { createOptionChips } from './option-chips.ts'
import { watchDoing } from './parts/context.ts'
import { createProjectChip } from './project-chooser.ts'
import { createProviderStrip } from './provider-strip.ts'

export interface Home {
  readonly dom: HTMLElement
  show(): void
}

/** What the demo shows best: it thinks, plans, runs tools, asks and edits. */
const demoPrompt = 'Show me what you can do'

export function createHome(kit: Kit, drawerButton: HTMLElement): Home {
  const { state, actions, frame, signal } = kit
  const choice = createChoice(kit)
  const cards = createCards(kit)
  const problem = h('p', { class: 'composer-problem', role: 'alert', hidden: true })
  let creating = false

  const send = () => {
    const text = field.text()
    const { provider, model, projectId, options } = choice.get()
    if (creating || text.trim() === '' || !provider) return
    void actions.newSession({ provider: provider.id, model, projectId, text, options })
  }
  const field = createField({
    kit,
    draftKey: 'new',
    label: 'What shall we work on?',
    rows: 3,
    signal,
    onEnter: send,
    onChange: () => frame.schedule(problem, draw),
  })
  const sendButton = h(
    'button',
    { class: 'btn btn-primary send', type: 'button', on: { click: send } },
    'Send',
    h('kbd', { text: keysLabel('Enter'), aria: { hidden: true } }),
  )
  const strip = createProviderStrip(kit, (id) => {
    choice.pickProvider(id)
    field.focus()
  })
  const modelChip = createChip('Model', choice.modelMenu, signal)
  const projectChip = createProjectChip(kit, () => choice.get().projectId, choice.pickProject)
  const options = createOptionChips(kit, signal, choice.pickOption)
  const hint = createHint(() => {
    field.fill(demoPrompt)
    send()
  })
  const box = h(
    'div',
    { class: 'composer-box is-large' },
    field.dom,
    h(
      'div',
      { class: 'composer-bar' },
      modelChip.dom,
      options.dom,
      projectChip.dom,
      h('span', { class: 'composer-end' }, sendButton),
    ),
  )
  const dom = h(
    'section',
    { class: 'home', aria: { label: 'Home' } },
    h('header', { class: 'pane-head is-bare' }, drawerButton),
    h(
      'div',
      { class: 'home-scroll' },
      h(
        'div',
        { class: 'home-column' },
        h('h1', { class: 'home-title', text: 'What shall we work on?' }),
        strip.dom,
        strip.help,
        h('div', { class: 'composer' }, box, problem),
        hint,
        cards.dom,
      ),
    ),
  )
  const draw = () => {
    const { provider, model, projectId, chosenOptions } = choice.get()
    strip.update(state.shelf.providers, provider?.id ?? null)
    modelChip.update(modelName(provider, model) || 'Its own model', 'Model')
    setAttr(modelChip.dom, 'hidden', !provider || provider.models.length === 0)
    projectChip.update(
      state.shelf.project(projectId)?.name ?? 'No project',
      state.shelf.project(projectId)?.cwd ?? undefined,
    )
    options.update([], provider && { provider: provider.id, options: chosenOptions })
    field.placeholder(provider ? `Ask ${provider.name} to…` : 'Loading…')
    setAttr(sendButton, 'disabled', creating || field.text().trim() === '' || provider?.state !== 'ready')
    setAttr(hint, 'hidden', !state.shelf.isLoaded || state.rows.all.size > 0 || provider?.kind !== 'demo')
    cards.update()
  }
  watchDoing(
    state,
    doingOf.create,
    (_, sentence) => {
      creating = state.doings.get(doingOf.create)?.state === 'busy'
      setText(problem, sentence)
      setAttr(problem, 'hidden', sentence === '')
      frame.schedule(problem, draw)
    },
    signal,
  )
  const look = () => dom.isConnected && draw()
  choice.onChange(draw)
  state.observe(['rows', 'providers', 'projects', 'settings', 'pane'], look, signal)
  return {
    dom,
    show() {
      draw()
      if (matchMedia('(pointer: fine)').matches) field.focus()
    },
  }
}

/** What is picked for the next chat: remembered in the settings, or the first that is ready. */
function createChoice({ state, actions, frame }: Kit) {
  let options: { provider: string; values: Record<string, string> } = { provider: '', values: {} }
  let changed: () => void = () => undefined
  const provider = (): Provider | null => {
    const { providers, settings } = state.shelf
    const last = providers.find(({ id }) => id === settings.lastProvider)
    return (
      last ?? providers.find(({ kind }) => kind === 'demo') ?? providers.find((one) => one.state === 'ready') ?? null
    )
  }
  const get = () => {
    const { settings } = state.shelf
    const chosen = provider()
    const values = options.provider === chosen?.id ? options.values : {}
    const project = state.shelf.project(settings.lastProjectId)
    return {
      provider: chosen,
      model: (chosen && settings.lastModels[chosen.id]) ?? chosen?.defaultModel ?? null,
      projectId: project && !project.archived ? project.id : null,
      options: Object.keys(values).length > 0 ? values : undefined,
      chosenOptions: values,
    }
  }
  const modelMenu = () => {
    const { provider: chosen, model } = get()
    const models = chosen?.models ?? []
    return {
      items: models.map(({ id, name, description }) => ({
        id,
        label: name,
        detail: description,
        checked: id === model,
      })),
      search: models.length > 8 ? 'Find a model' : undefined,
      onPick(id: string) {
        const { lastModels } = state.shelf.settings
        if (chosen) void actions.patchSettings({ lastModels: { ...lastModels, [chosen.id]: id } })
      },
    }
  }
  return {
    get,
    modelMenu,
    pickProvider: (id: string) => void actions.patchSettings({ lastProvider: id }),
    pickProject: (id: string | null) => void actions.patchSettings({ lastProjectId: id }),
    pickOption(optionId: string, value: string) {
      options = { provider: provider()?.id ?? '', values: { ...get().chosenOptions, [optionId]: value } }
      frame.schedule(get, changed)
    },
    onChange(listener: () => void) {
      changed = listener
    },
  }
}

function createHint(onTry: () => void): HTMLElement {
  const button = h('button', { class: 'btn', type: 'button', text: 'Try the demo', on: { click: onTry } })
  return h(
    'p',
    { class: 'home-hint', hidden: true },
    'The demo needs no key and no network: it thinks, runs tools and asks before it acts. ',
    button,
  )
}
