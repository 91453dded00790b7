/** The large composer of Home: its text, its choices, and what became of the last try. */
import { h, setAttr } from '../dom/h.ts'
import { keysLabel } from '../dom/keys.ts'
import { doingOf } from '../state/doings.ts'
import { createChip } from './chip.ts'
import { modelName } from './chooser.ts'
import { createField, type DraftField } from './field.ts'
import type { Kit } from './kit.ts'
import type { NewChatChoice } from './new-chat.ts'
import { createOptionChips } from './option-chips.ts'
import { createProblem, watchDoing } from './parts/context.ts'
import { createProjectChip } from './project-chooser.ts'

export interface HomeComposer {
  readonly dom: HTMLElement
  readonly field: DraftField
  update(): void
}

export function createHomeComposer(kit: Kit, choice: NewChatChoice): HomeComposer {
  const { state, actions, frame, signal } = kit
  const problem = createProblem('composer-problem')
  let creating = false
  /** Sent before it was known who could answer: goes out as soon as that is known. */
  let sendsWhenLoaded = false

  const send = () => {
    const text = field.text()
    const { provider, model, projectId, options } = choice.get()
    if (creating || text.trim() === '') return
    sendsWhenLoaded = !state.shelf.isLoaded
    if (sendsWhenLoaded) return
    if (provider?.state !== 'ready') return problem.say('Choose a provider that is ready; the text stays here.')
    const chosen = Object.keys(options).length > 0 ? { options } : {}
    void actions.newSession({ provider: provider.id, model, projectId, text, ...chosen })
  }
  const onChange = () => frame.schedule(problem, update)
  const label = 'What shall we work on?'
  const field = createField({ kit, draftKey: 'new', label, rows: 3, signal, onEnter: send, onChange })
  const enter = h('kbd', { text: keysLabel('Enter'), aria: { hidden: true } })
  const button = h('button', { class: 'btn btn-primary send', type: 'button', on: { click: send } }, 'Send', enter)
  const model = createChip('Model', choice.modelMenu, signal)
  const project = createProjectChip(kit, () => choice.get().projectId, choice.pickProject)
  const options = createOptionChips(kit, signal, choice.pickOption)
  const end = h('span', { class: 'composer-end' }, button)
  const bar = h('div', { class: 'composer-bar' }, model.dom, options.dom, project.dom, end)
  const dom = h('div', { class: 'composer' }, h('div', { class: 'composer-box is-large' }, field.dom, bar), problem.dom)

  const update = () => {
    if (sendsWhenLoaded && state.shelf.isLoaded) send()
    const { provider, model: modelId, projectId, options: values } = choice.get()
    const chosenProject = state.shelf.project(projectId)
    const learning = choice.isLearning()
    model.update(learning ? 'Learning its models…' : modelName(provider, modelId) || 'Its own model', 'Model')
    setAttr(model.dom, 'disabled', learning)
    setAttr(model.dom, 'hidden', !learning && (!provider || provider.models.length === 0))
    project.update(chosenProject?.name ?? 'No project', chosenProject?.cwd ?? undefined)
    options.update([], provider && { provider: provider.id, options: values })
    field.placeholder(provider ? `Ask ${provider.name} to…` : 'Loading…')
    setAttr(button, 'disabled', creating || field.text().trim() === '' || provider?.state !== 'ready')
  }
  const drawDoing = (busy: boolean, sentence: string) => {
    creating = busy
    problem.say(sentence)
    onChange()
  }
  watchDoing(state, doingOf.create, drawDoing, signal)
  return { dom, field, update }
}
