import { PatchSettings } from '../../shared/api.ts'
import { Settings } from '../../shared/model.ts'
import type { House } from './house.ts'
import { inOrder } from './in-order.ts'
import { type Route, route } from './route.ts'

export const settingsRoutes = ({ hub, store }: House): Route[] => {
  const oneByOne = inOrder()
  return [
    route('GET', '/api/settings', { summary: 'The settings.', answers: { 200: Settings } }, async (context) =>
      context.json(await store.settings.get()),
    ),
    route(
      'PATCH',
      '/api/settings',
      { summary: 'Changes the settings that are named.', body: PatchSettings, answers: { 200: Settings } },
      (context, { body }) =>
        oneByOne(async () => {
          const settings = { ...(await store.settings.get()), ...body }
          await store.settings.put(settings)
          hub.feed.settings(settings)
          return context.json(settings)
        }),
    ),
  ]
}
