/** Small doubles of the ports, so that routes are tested alone. What a test does not set throws when it is called. */

import type { Feed, Hub } from '../../../server/hub/hub.ts'
import type { IdempotencyRow } from '../../../server/log/log.ts'
import type { Sessions } from '../../../server/sessions/sessions.ts'
import type { Store, StoredKey, StoredSession } from '../../../server/store/store.ts'
import type { Draft, Project, Session, Settings } from '../../../shared/model.ts'

/** An object that throws a sentence for every member that was not given. */
export function only<T extends object>(name: string, given: Partial<T>): T {
  return new Proxy(given, {
    get(target, key) {
      if (key in target) return target[key as keyof typeof target]
      throw new Error(`The test did not expect ${name}.${String(key)}.`)
    },
  }) as T
}

export const ids = {
  session: 'ses_AAAAAAAAAAAAAAAAAAAAAA',
  otherSession: 'ses_BBBBBBBBBBBBBBBBBBBBBB',
  run: 'run_AAAAAAAAAAAAAAAAAAAAAA',
  permission: 'prm_AAAAAAAAAAAAAAAAAAAAAA',
  question: 'qst_AAAAAAAAAAAAAAAAAAAAAA',
  message: 'msg_AAAAAAAAAAAAAAAAAAAAAA',
  key: 'key_AAAAAAAAAAAAAAAAAAAAAA',
  project: 'prj_AAAAAAAAAAAAAAAAAAAAAA',
  file: 'fil_AAAAAAAAAAAAAAAAAAAAAA',
}

export function sessionRow(fields: Partial<Session> = {}): Session {
  return {
    id: ids.session,
    projectId: null,
    cwd: '/',
    kind: 'chat',
    mode: 'chat',
    title: '',
    titleSource: 'none',
    provider: 'demo',
    model: null,
    options: {},
    runtimeSessionId: null,
    sharedRuntime: false,
    context: null,
    state: 'idle',
    activeStreamId: null,
    activeSince: null,
    activity: null,
    pending: [],
    queueLength: 0,
    lastMessagePreview: '',
    messageCount: 0,
    usage: {},
    unread: false,
    pinned: false,
    headSeq: 0,
    revision: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    archivedAt: null,
    parent: null,
    ...fields,
  }
}

const settings: Settings = {
  theme: 'system',
  density: 'comfortable',
  sidebarWidth: 280,
  lastProvider: null,
  lastModels: {},
  lastProjectId: null,
  notifications: false,
}

/** The store's small tables in memory; sessions as given. */
export function memoryStore(sessions: Record<string, StoredSession | 'removed'> = {}): Store {
  const projects = new Map<string, Project>()
  const drafts = new Map<string, Draft>()
  const keys = new Map<string, StoredKey>()
  const rows = new Map<string, IdempotencyRow>()
  let kept = settings
  return only<Store>('store', {
    sessions: only<Store['sessions']>('store.sessions', {
      get: async (id) => sessions[id] ?? null,
      forBootstrap: async () => [sessionRow()],
    }),
    runs: only<Store['runs']>('store.runs', {
      get: async () => null,
      list: async () => ({ items: [], nextCursor: null }),
    }),
    projects: {
      list: async () => [...projects.values()],
      get: async (id) => projects.get(id) ?? null,
      put: async (project) => void projects.set(project.id, project),
      remove: async (id) => void projects.delete(id),
    },
    settings: {
      get: async () => kept,
      put: async (next) => {
        kept = next
      },
    },
    drafts: {
      get: async (key) => drafts.get(key) ?? { text: '', files: [] },
      put: async (key, draft) => void drafts.set(key, draft),
    },
    keys: {
      list: async () => [...keys.values()],
      put: async (key) => void keys.set(key.id, key),
      remove: async (id) => keys.delete(id),
      touch: async () => undefined,
    },
    idempotency: {
      get: async (key) => rows.get(key) ?? null,
      put: async (row) => void rows.set(row.key, row),
      forgetBefore: async () => undefined,
    },
  })
}

/** Notes what the feed was told. */
export function notingFeed(told: unknown[]): Feed {
  const tell =
    (type: string) =>
    (...what: unknown[]) =>
      void told.push([type, ...what])
  return {
    cursor: () => 'cursor-1',
    session: tell('session'),
    sessionRemoved: tell('sessionRemoved'),
    project: tell('project'),
    projectRemoved: tell('projectRemoved'),
    providers: tell('providers'),
    settings: tell('settings'),
    draft: tell('draft'),
  }
}

export const noSessions = (given: Partial<Sessions> = {}) => only<Sessions>('sessions', given)
export const noHub = (given: Partial<Hub> = {}) => only<Hub>('hub', given)
