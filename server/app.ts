/** Wires Hono: problems, who acts, limits, routes, the page. Nothing else happens here. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { maxBodyBytes } from './limits.ts'
import { openApiRoute } from './openapi.ts'
import { authenticate } from './routes/authenticate.ts'
import type { Env, House } from './routes/house.ts'
import { repeatable } from './routes/idempotency.ts'
import { notFound, onError, tooLarge } from './routes/problems.ts'
import { mount } from './routes/route.ts'
import { routesOf } from './routes/routes.ts'
import type { Pages } from './static.ts'

export function createApp(house: House, pages: Pages): Hono<Env> {
  const described = routesOf(house)
  const routes = [...described, openApiRoute(described, house.version)]
  const app = new Hono<Env>()
  app.onError(onError(house.report))
  app.notFound(notFound)
  for (const path of ['/api/*', '/metrics']) app.use(path, authenticate(house, routes))
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: maxBodyBytes,
      onError() {
        throw tooLarge()
      },
    }),
  )
  mount(app, routes, repeatable(house.store.idempotency, house.now))
  app.get('*', (context) => pages.answer(context))
  return app
}
