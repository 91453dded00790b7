/** What is picked on Home for the next chat: remembered in the settings; at first the demo, which always works. */
import type { Provider } from '../../../shared/model.ts'
import type { ChipMenu } from './chip.ts'
import type { Kit } from './kit.ts'
import { createModelLearning } from './model-learning.ts'

export interface NewChat {
  readonly provider: Provider | null
  readonly model: string | null
  readonly projectId: string | null
  readonly options: Record<string, string>
}

export interface NewChatChoice {
  get(): NewChat
  /** The chosen agent is being asked for its models. */
  isLearning(): boolean
  pickProvider(id: string): void
  pickProject(id: string | null): void
  pickOption(optionId: string, value: string): void
  modelMenu(): ChipMenu
}

/** From so many models on, a menu has a search. */
const searchFrom = 8

export function createNewChatChoice(kit: Kit, onChange: () => void): NewChatChoice {
  const { state, actions } = kit
  const learning = createModelLearning(kit, onChange)
  // Options belong to their provider and to the next chat alone: they are not remembered.
  let picked: { provider: string; values: Record<string, string> } = { provider: '', values: {} }

  const chosenProvider = (): Provider | null => {
    const { providers, settings } = state.shelf
    const last = providers.find(({ id }) => id === settings.lastProvider)
    return (
      last ?? providers.find(({ kind }) => kind === 'demo') ?? providers.find((one) => one.state === 'ready') ?? null
    )
  }
  const get = (): NewChat => {
    const { settings } = state.shelf
    const provider = chosenProvider()
    const project = state.shelf.project(settings.lastProjectId)
    return {
      provider,
      model: (provider && settings.lastModels[provider.id]) ?? provider?.defaultModel ?? null,
      projectId: project && !project.archived ? project.id : null,
      options: provider?.id === picked.provider ? picked.values : {},
    }
  }
  return {
    get,
    isLearning() {
      const provider = chosenProvider()
      return provider !== null && learning.isUnderWay(provider)
    },
    pickProvider(id) {
      void actions.patchSettings({ lastProvider: id })
      learning.begin(id)
    },
    pickProject: (id) => void actions.patchSettings({ lastProjectId: id }),
    pickOption(optionId, value) {
      const { provider, options } = get()
      picked = { provider: provider?.id ?? '', values: { ...options, [optionId]: value } }
      onChange()
    },
    modelMenu() {
      const { provider, model } = get()
      const models = provider?.models ?? []
      return {
        items: models.map(({ id, name, description }) => ({
          id,
          label: name,
          detail: description,
          checked: id === model,
        })),
        search: models.length > searchFrom ? 'Find a model' : undefined,
        onPick(id) {
          const { lastModels } = state.shelf.settings
          if (provider) void actions.patchSettings({ lastModels: { ...lastModels, [provider.id]: id } })
        },
      }
    },
  }
}
