/**
 * An agent tells its models when it is opened: by its first chat, or here, when it is picked for one. Once for each
 * agent and page load; whether it is under way or has failed is among the doings.
 */
import type { Provider } from '../../../shared/model.ts'
import { doingOf } from '../state/doings.ts'
import type { Kit } from './kit.ts'

export interface ModelLearning {
  begin(providerId: string): void
  isUnderWay(provider: Provider): boolean
}

export function createModelLearning({ state, actions, signal }: Kit, onChange: () => void): ModelLearning {
  const asked = new Set<string>()
  return {
    begin(id) {
      const provider = state.shelf.provider(id)
      if (!provider || !hasUnknownModels(provider) || asked.has(id)) return
      asked.add(id)
      state.observe(`doing:${doingOf.provider(id)}`, onChange, signal)
      void actions.refreshProvider(id)
    },
    isUnderWay: (provider) =>
      hasUnknownModels(provider) && state.doings.get(doingOf.provider(provider.id))?.state === 'busy',
  }
}

function hasUnknownModels({ kind, state, models }: Provider): boolean {
  return kind === 'agent' && state === 'ready' && models.length === 0
}
