/**
 * What an agent lets a person choose (config options, and the older `modes` and `models` of some), as runtime options,
 * and which of them is the model.
 */
import type { SessionConfigOption, SessionConfigSelectOptions, SessionModeState } from '@agentclientprotocol/sdk'
import type { ProviderModel, RuntimeOption } from '../../../shared/model.ts'

/** gemini's older way to name models; no part of the stable schema. */
export interface LegacyModels {
  readonly currentModelId: string
  readonly availableModels: readonly { modelId: string; name: string; description?: string | null }[]
}

/** What `session/new`, `load` and `resume` may say beside the id. */
export interface SessionFacts {
  readonly modes?: SessionModeState | null
  readonly configOptions?: readonly SessionConfigOption[] | null
  readonly models?: LegacyModels | null
}

export function runtimeOptions(configOptions: readonly SessionConfigOption[]): RuntimeOption[] {
  return configOptions.map((option) => ({
    id: option.id,
    name: option.name,
    ...described(option.description),
    ...(option.category ? { category: option.category } : {}),
    ...(option.type === 'boolean'
      ? { currentValue: String(option.currentValue), values: yesAndNo }
      : { currentValue: option.currentValue, values: flatten(option.options) }),
  }))
}
const yesAndNo = [
  { value: 'true', name: 'On' },
  { value: 'false', name: 'Off' },
]

/** The older list as the option that it would be now. */
export function legacyModelOption({ currentModelId, availableModels }: LegacyModels): RuntimeOption {
  const values = availableModels.map((model) => ({
    value: model.modelId,
    name: model.name,
    ...described(model.description),
  }))
  return { id: 'model', name: 'Model', category: 'model', currentValue: currentModelId, values }
}

export function modelOption(options: readonly RuntimeOption[]): RuntimeOption | undefined {
  return options.find((option) => option.category === 'model') ?? options.find((option) => option.id === 'model')
}

export function modeOption(options: readonly RuntimeOption[]): RuntimeOption | undefined {
  return options.find((option) => option.category === 'mode') ?? options.find((option) => option.id === 'mode')
}

export function providerModels(options: readonly RuntimeOption[]): ProviderModel[] {
  const values = modelOption(options)?.values ?? []
  return values.map(({ value, name, description }) => ({ id: value, name, ...described(description) }))
}

export function modeList(modes: SessionModeState) {
  return modes.availableModes.map(({ id, name, description }) => ({ id, name, ...described(description) }))
}

function flatten(options: SessionConfigSelectOptions): RuntimeOption['values'] {
  return options.flatMap((entry) => {
    const choices = 'group' in entry ? entry.options : [entry]
    return choices.map(({ value, name, description }) => ({ value, name, ...described(description) }))
  })
}

function described(description: string | null | undefined): { description?: string } {
  return description ? { description } : {}
}
