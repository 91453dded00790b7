/** Whether a chat can be answered by the chosen provider and model, said before anything is written. */
import type { Provider, RuntimeOption } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { Needs } from './needs.ts'

/**
 * Looks again at one that is not ready: it may have been installed, or got its key, a moment ago. One that has failed is
 * tried all the same: it says itself what is wrong, and only by a try is found out that nothing is any more.
 */
export async function readyProvider({ runtimes }: Pick<Needs, 'runtimes'>, id: string): Promise<Provider> {
  const known = runtimes.provider(id)
  if (!known) throw unknownProvider(runtimes.providers())
  if (mayBeTried(known)) return known
  await runtimes.refresh(id)
  const provider = runtimes.provider(id)
  if (!provider) throw unknownProvider(runtimes.providers())
  if (mayBeTried(provider)) return provider
  const { state, install } = provider
  throw new ProblemError('provider_not_ready', `${provider.name} is not ready. ${provider.detail}`, {
    provider: id,
    state,
    ...(install ? { install } : {}),
  })
}

const mayBeTried = ({ state }: Provider) => state === 'ready' || state === 'error'

/** Why the chat cannot be answered now; null if it can. */
export async function refusalOf(
  needs: Pick<Needs, 'runtimes'>,
  providerId: string,
  model: string | null,
  offered: readonly RuntimeOption[],
): Promise<ProblemError | null> {
  try {
    checkModel(await readyProvider(needs, providerId), model, offered)
    return null
  } catch (error) {
    if (error instanceof ProblemError) return error
    throw error
  }
}

/** Only a model that is known not to be there is refused: what a runtime offers may be known only once it is open. */
export function checkModel(provider: Provider, model: string | null, offered: readonly RuntimeOption[] = []): void {
  const { models, defaultModel } = provider
  if (model === null || models.length === 0 || model === defaultModel) return
  if (models.some(({ id }) => id === model) || offered.some((option) => isOffered(option, model))) return
  throw new ProblemError('unknown_model', `${provider.name} has no model “${model}”. Choose one that it has.`, {
    provider: provider.id,
    models: models.map(({ id }) => id),
  })
}

function isOffered({ category, values }: RuntimeOption, model: string): boolean {
  return category === 'model' && values.some(({ value }) => value === model)
}

function unknownProvider(known: readonly Provider[]): ProblemError {
  const providers = known.map(({ id }) => id)
  return new ProblemError('unknown_provider', `There is no such provider. There are: ${providers.join(', ')}.`, {
    providers,
  })
}
