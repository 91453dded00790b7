import { Health } from './answers.ts'
import type { House } from './house.ts'
import { type Route, route } from './route.ts'

export const healthRoutes = ({ version }: House): Route[] => [
  route(
    'GET',
    '/api/health',
    { summary: 'Says that the server answers; no data.', answers: { 200: Health }, access: 'none' },
    (context) => context.json({ status: 'ok', version }),
  ),
]
