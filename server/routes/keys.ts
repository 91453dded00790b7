import { CreateKey } from '../../shared/api.ts'
import { ApiKey } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { NewKey, pageOf } from './answers.ts'
import type { House } from './house.ts'
import { param, type Route, refuseAgents, route } from './route.ts'

export const keyRoutes = ({ keys }: House): Route[] => [
  route('GET', '/api/keys', { summary: 'Who has a key.', answers: { 200: pageOf(ApiKey) } }, (context) =>
    context.json({ items: keys.list(), nextCursor: null }),
  ),
  route(
    'POST',
    '/api/keys',
    { summary: 'Makes a key; it is told once.', body: CreateKey, answers: { 201: NewKey }, secret: true },
    async (context, { body }) => {
      refuseAgents(context, 'Making keys')
      const { apiKey, secret } = await keys.create(body.name, body.kind)
      return context.json({ ...apiKey, key: secret }, 201)
    },
  ),
  route(
    'DELETE',
    '/api/keys/:keyId',
    { summary: 'Revokes a key; its streams close.', answers: { 204: null }, secret: true },
    async (context) => {
      refuseAgents(context, 'Revoking keys')
      if (!(await keys.revoke(param(context, 'keyId'))))
        throw new ProblemError('not_found', 'There is no such key; it may have been revoked already.')
      return context.body(null, 204)
    },
  ),
]
