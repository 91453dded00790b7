/** A person at a page: its state and actions on a server of a few lines, without a browser. */
import type { Session } from '../../../shared/model.ts'
import { type Actions, createActions } from '../../../web/src/actions/actions.ts'
import { createDrafting, type Drafting } from '../../../web/src/actions/drafting.ts'
import { type Api, createApi } from '../../../web/src/net/api.ts'
import type { Doing } from '../../../web/src/state/doings.ts'
import type { Route } from '../../../web/src/state/pane.ts'
import type { State } from '../../../web/src/state/state.ts'
import { memoryKeys, type Server } from '../net/server.ts'
import { openTab, row } from '../state/world.ts'

export interface Desk {
  state: State
  actions: Actions
  api: Api
  drafting: Drafting
  errors: unknown[]
  navigated: Route[]
  doing(name: string): Doing | null
  life: AbortController
}

export function sitDown(server: Server, key: string | null = 'k'): Desk {
  const { state, show } = openTab()
  const life = new AbortController()
  const errors: unknown[] = []
  const navigated: Route[] = []
  const onError = (error: unknown) => void errors.push(error)
  const { signal } = life
  const api = createApi({ fetch: server.fetch, keys: memoryKeys(key), onUnauthorized: () => undefined, signal })
  const drafting = createDrafting({ api, drafts: state.drafts, now: Date.now, onError, signal })
  const navigate = (route: Route) => {
    navigated.push(route)
    show(route.name === 'session' ? route.sessionId : null)
  }
  const actions = createActions({
    state,
    api,
    drafting,
    navigate,
    onLogin: () => state.shelf.setKey('held'),
    writeClipboard: async () => undefined,
    origin: 'http://127.0.0.1:4870',
    reload: () => undefined,
    onError,
  })
  return { state, actions, api, drafting, errors, navigated, life, doing: (name) => state.doings.get(name) }
}

/** What the server says of a session that was just made of this body. */
export function made(body: unknown): Session {
  const { id, title } = body as { id: string; title?: string }
  return row(id, { title: title ?? 'New', state: 'starting' })
}
