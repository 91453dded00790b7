import { Provider } from '../../shared/model.ts'
import { pageOf } from './answers.ts'
import type { House } from './house.ts'
import { param, type Route, route } from './route.ts'

export const providerRoutes = ({ providers, signal }: House): Route[] => [
  route(
    'GET',
    '/api/providers',
    { summary: 'What can answer, with its state and models.', answers: { 200: pageOf(Provider) } },
    (context) => context.json({ items: providers.list(), nextCursor: null }),
  ),
  route(
    'POST',
    '/api/providers/:providerId/refresh',
    { summary: 'Looks again whether it is there and what models it has.', answers: { 200: Provider } },
    async (context) => context.json(await providers.refresh(param(context, 'providerId'), signal)),
  ),
]
