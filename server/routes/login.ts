/** How a browser or another device gets its key: by a code, once. */
import { Login } from '../../shared/api.ts'
import { ProblemError } from '../../shared/problems.ts'
import { LoginCode, Secret } from './answers.ts'
import type { House } from './house.ts'
import { type Route, refuseAgents, route } from './route.ts'
import { deviceOf } from './user-agent.ts'

export const loginRoutes = ({ keys, loginCodes, publicUrl }: House): Route[] => [
  route(
    'POST',
    '/api/login',
    { summary: 'Gives a key for a login code.', body: Login, answers: { 200: Secret }, access: 'none', secret: true },
    async (context, { body }) => {
      if (!loginCodes.redeem(body.code))
        throw new ProblemError('invalid_code', 'This code was used, is over ten minutes old, or is not whole.')
      const { secret } = await keys.create(deviceOf(context.req.header('User-Agent')), 'person')
      return context.json({ key: secret })
    },
  ),
  route(
    'POST',
    '/api/login-codes',
    { summary: 'Makes a fresh login code, for another device.', answers: { 201: LoginCode }, secret: true },
    (context) => {
      refuseAgents(context, 'A login code')
      const { code, expiresAt } = loginCodes.create()
      return context.json({ code, url: `${publicUrl()}/#code=${code}`, expiresAt }, 201)
    },
  ),
]
