/**
 * Model, mode and options of one runtime session: what the agent offers, what is set, and setting it. A choice that the
 * agent does not take is refused aloud: what is shown must be what runs.
 */
import { methods, type SessionConfigOption, type SessionModeState } from '@agentclientprotocol/sdk'
import type { RuntimeOption } from '../../../shared/model.ts'
import { runtimeError } from '../failure.ts'
import { settingTimeoutMs } from '../limits.ts'
import type { Connection } from './connection.ts'
import {
  type LegacyModels,
  legacyModelOption,
  modeList,
  modelOption,
  modeOption,
  runtimeOptions,
  type SessionFacts,
} from './options.ts'
import type { SaidOfItself } from './updates.ts'

/** gemini's, no part of the stable schema. */
const setLegacyModel = 'session/set_model'

export class Settings {
  private readonly connection: Connection
  private readonly sessionId: () => string
  private readonly onState: (update: SaidOfItself) => void
  private options: RuntimeOption[] = []
  private booleans = new Set<string>()
  private modes: SessionModeState | null = null
  private legacyModels: LegacyModels | null = null

  constructor(connection: Connection, sessionId: () => string, onState: (update: SaidOfItself) => void) {
    this.connection = connection
    this.sessionId = sessionId
    this.onState = onState
  }

  get model(): string | null {
    return modelOption(this.options)?.currentValue ?? null
  }

  get all(): readonly RuntimeOption[] {
    return this.options
  }

  /** What the answer to `session/new`, `load` or `resume` says. */
  learn({ configOptions, modes, models }: SessionFacts): void {
    this.modes = modes ?? null
    this.legacyModels = models ?? null
    if (configOptions || models) this.takeOptions(configOptions ?? [])
    if (modes) {
      const availableModes = modeList(modes)
      this.onState({ type: 'current_mode_update', currentModeId: modes.currentModeId, availableModes })
    }
  }

  /** What an update of the agent's own says. */
  heard(update: SaidOfItself): void {
    if (update.type === 'config_option_update') this.options = update.configOptions
    if (update.type === 'current_mode_update' && this.modes) this.modes.currentModeId = update.currentModeId
  }

  async setModel(model: string): Promise<void> {
    const option = modelOption(this.options)
    if (option?.currentValue === model) return
    const { name } = this.connection.speaker
    if (!option?.values.some(({ value }) => value === model))
      throw runtimeError('refused', `${name} does not offer the model ${model}.`, { actions: ['switch_model'] })
    if (this.legacyModels) await this.switchLegacyModel(this.legacyModels, model)
    else await this.setOption(option.id, model)
    if (this.model !== model)
      throw runtimeError('refused', `${name} did not switch to the model ${model}.`, { actions: ['switch_model'] })
  }

  async setOption(id: string, value: string): Promise<void> {
    const { name } = this.connection.speaker
    const option = this.options.find((candidate) => candidate.id === id)
    if (!option) throw runtimeError('refused', `${name} has no option ${id}.`, { actions: ['open_settings'] })
    if (option.currentValue === value) return
    const typed = this.booleans.has(id) ? { type: 'boolean', value: value === 'true' } : { value }
    const { configOptions } = await this.connection.request<{ configOptions: SessionConfigOption[] }>(
      methods.agent.session.setConfigOption,
      { sessionId: this.sessionId(), configId: id, ...typed },
      settingTimeoutMs,
    )
    this.takeOptions(configOptions)
  }

  hasMode(modeId: string): boolean {
    const option = modeOption(this.options)
    const listed = this.modes?.availableModes.some(({ id }) => id === modeId) ?? false
    return listed || (option?.values.some(({ value }) => value === modeId) ?? false)
  }

  async setMode(modeId: string): Promise<void> {
    const option = modeOption(this.options)
    if (option && !this.modes) return this.setOption(option.id, modeId)
    if (!this.modes || !this.hasMode(modeId))
      throw runtimeError('refused', `${this.connection.speaker.name} has no mode ${modeId}.`)
    if (this.modes.currentModeId === modeId) return
    const params = { sessionId: this.sessionId(), modeId }
    await this.connection.request(methods.agent.session.setMode, params, settingTimeoutMs)
    this.modes.currentModeId = modeId
    this.onState({ type: 'current_mode_update', currentModeId: modeId })
  }

  private async switchLegacyModel(models: LegacyModels, modelId: string): Promise<void> {
    await this.connection.request(setLegacyModel, { sessionId: this.sessionId(), modelId }, settingTimeoutMs)
    this.legacyModels = { ...models, currentModelId: modelId }
    this.takeOptions([])
  }

  private takeOptions(configOptions: readonly SessionConfigOption[]): void {
    this.booleans = new Set(configOptions.filter(({ type }) => type === 'boolean').map(({ id }) => id))
    const options = runtimeOptions(configOptions)
    const legacy = this.legacyModels && !modelOption(options) ? [legacyModelOption(this.legacyModels)] : []
    this.options = [...legacy, ...options]
    this.onState({ type: 'config_option_update', configOptions: this.options })
  }
}
