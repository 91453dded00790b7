/** What is typed and not sent yet: kept here, so that a reload, a crash or another device loses nothing of it. */
import { PutDraft } from '../../shared/api.ts'
import { Draft } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { House } from './house.ts'
import { param, type Route, route } from './route.ts'

/** The live connection that a page holds, so that its own draft does not come back to it. */
const connectionHeader = 'Heddle-Connection'

export const draftRoutes = ({ hub, store }: House): Route[] => [
  route(
    'GET',
    '/api/sessions/:draftKey/draft',
    { summary: 'The draft of a session, or of `new`.', answers: { 200: Draft } },
    async (context) => context.json(await store.drafts.get(await knownKey(store, param(context, 'draftKey')))),
  ),
  route(
    'PUT',
    '/api/sessions/:draftKey/draft',
    {
      summary: 'Keeps the draft.',
      body: PutDraft,
      headers: { [connectionHeader]: 'The live connection that need not be told of it.' },
      answers: { 200: Draft },
    },
    async (context, { body }) => {
      const key = await knownKey(store, param(context, 'draftKey'))
      await store.drafts.put(key, body)
      hub.feed.draft(key, body, context.req.header(connectionHeader)?.slice(0, 64) ?? null)
      return context.json(body)
    },
  ),
]

async function knownKey(store: House['store'], key: string): Promise<string> {
  if (key === 'new') return key
  const session = await store.sessions.get(key)
  if (session === null) throw new ProblemError('not_found', 'There is no such session.')
  if (session === 'removed') throw new ProblemError('gone', 'This session was deleted.')
  return key
}
