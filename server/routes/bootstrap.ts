import type { Bootstrap as BootstrapAnswer } from '../../shared/api.ts'
import { Bootstrap } from './answers.ts'
import type { House } from './house.ts'
import { newestSessions } from './limits.ts'
import { type Route, route } from './route.ts'

export const bootstrapRoutes = ({ hub, store, providers, version }: House): Route[] => [
  route(
    'GET',
    '/api/bootstrap',
    { summary: 'All that the first paint needs.', answers: { 200: Bootstrap } },
    async (context) => {
      // The cursor first: what changes while the rest is read comes again over the feed.
      const feedCursor = hub.feed.cursor()
      const [projects, sessions, settings] = await Promise.all([
        store.projects.list(),
        store.sessions.forBootstrap(newestSessions),
        store.settings.get(),
      ])
      const answer: BootstrapAnswer = {
        providers: [...providers.list()],
        projects: [...projects],
        sessions: [...sessions],
        feedCursor,
        settings,
        version,
      }
      return context.json(answer)
    },
  ),
]
