/** Menus for what answers: a provider's models, all of them with a search, and the options that a runtime offers. */
import type { Provider, RuntimeOption } from '../../../shared/model.ts'
import type { MenuItem } from '../dom/menu.ts'

export interface ModelChoice {
  readonly provider: string
  readonly model: string | null
}

/** A menu's ids are text: the pair is kept beside them. */
export function modelItems(
  providers: readonly Provider[],
  chosen: ModelChoice,
): { items: MenuItem[]; choices: Map<string, ModelChoice> } {
  const choices = new Map<string, ModelChoice>()
  const add = (choice: ModelChoice) => {
    const id = String(choices.size)
    choices.set(id, choice)
    return id
  }
  const items = providers.flatMap((provider) => {
    const models =
      provider.models.length > 0 ? provider.models : [{ id: null, name: 'Its own default', description: undefined }]
    return models.map(({ id: model, name, description }) => ({
      id: add({ provider: provider.id, model }),
      label: name,
      detail: provider.state === 'ready' ? description : stateWord(provider),
      group: provider.name,
      checked: provider.id === chosen.provider && (model ?? null) === (chosen.model ?? provider.defaultModel),
      disabled: provider.state !== 'ready',
    }))
  })
  return { items, choices }
}

export function modelName(provider: Provider | null, model: string | null): string {
  const id = model ?? provider?.defaultModel ?? null
  return provider?.models.find((candidate) => candidate.id === id)?.name ?? id ?? ''
}

/** `Codex · GPT-5.1 Codex` */
export function choiceWords(provider: Provider | null, providerId: string, model: string | null): string {
  return [provider?.name ?? providerId, modelName(provider, model)].filter(Boolean).join(' · ')
}

const stateWords: Record<Provider['state'], string> = {
  ready: '',
  needs_key: 'needs login',
  not_installed: 'not installed',
  error: 'error',
}
export function stateWord({ state }: Pick<Provider, 'state'>): string {
  return stateWords[state]
}

/** The options of a session beside its model: what the runtime told, else what the provider is known to offer. */
export function optionsToShow(runtime: readonly RuntimeOption[], provider: Provider | null): RuntimeOption[] {
  const offered = runtime.length > 0 ? runtime : (provider?.options ?? [])
  return offered.filter((option) => option.category !== 'model' && option.values.length > 1)
}

export function optionItems(option: RuntimeOption, value: string): MenuItem[] {
  return option.values.map(({ value: id, name, description }) => ({
    id,
    label: name,
    detail: description,
    checked: id === value,
  }))
}

export function optionWord(option: RuntimeOption, value: string): string {
  return option.values.find((candidate) => candidate.value === value)?.name ?? value
}
