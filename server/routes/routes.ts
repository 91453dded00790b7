/** All routes, in the order of the contract. */
import { bootstrapRoutes } from './bootstrap.ts'
import { decisionRoutes } from './decisions.ts'
import { draftRoutes } from './drafts.ts'
import { healthRoutes } from './health.ts'
import type { House } from './house.ts'
import { keyRoutes } from './keys.ts'
import { loginRoutes } from './login.ts'
import { projectRoutes } from './projects.ts'
import { providerRoutes } from './providers.ts'
import type { Route } from './route.ts'
import { runRoutes } from './runs.ts'
import { sessionRoutes } from './sessions.ts'
import { settingsRoutes } from './settings.ts'
import { streamRoutes } from './streams.ts'
import { ticketRoutes } from './tickets.ts'
import { turnRoutes } from './turns.ts'
import { unbuiltRoutes } from './unbuilt.ts'

export function routesOf(house: House): Route[] {
  return [
    healthRoutes,
    loginRoutes,
    keyRoutes,
    bootstrapRoutes,
    settingsRoutes,
    draftRoutes,
    providerRoutes,
    projectRoutes,
    sessionRoutes,
    turnRoutes,
    decisionRoutes,
    streamRoutes,
    ticketRoutes,
    runRoutes,
    unbuiltRoutes,
  ].flatMap((routes) => routes(house))
}
