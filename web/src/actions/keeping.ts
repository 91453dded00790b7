/** Changes of what is kept: rows, projects, settings, providers, and the pages before those shown. */
import type { OlderMessages, PatchSession } from '../../../shared/api.ts'
import type { Project, Provider, Session, Settings } from '../../../shared/model.ts'
import type { Api } from '../net/api.ts'
import { doingOf } from '../state/doings.ts'
import type { State } from '../state/state.ts'
import type { Outcome, Performer } from './perform.ts'

export interface NewProject {
  readonly name: string
  readonly cwd: string | null
}

export interface Keeping {
  rename(sessionId: string, title: string): Promise<Outcome>
  pin(sessionId: string, pinned: boolean): Promise<Outcome>
  archive(sessionId: string, archived: boolean): Promise<Outcome>
  remove(sessionId: string): Promise<Outcome>
  setProvider(sessionId: string, provider: string, model: string | null): Promise<Outcome>
  setModel(sessionId: string, model: string | null): Promise<Outcome>
  setOption(sessionId: string, optionId: string, value: string): Promise<Outcome>
  markRead(sessionId: string, readSeq: number): Promise<Outcome>
  createProject(wish: NewProject): Promise<Outcome<Project>>
  patchSettings(patch: Partial<Settings>): Promise<Outcome>
  loadOlder(sessionId: string): Promise<Outcome>
  refreshProvider(providerId: string): Promise<Outcome>
}

export function createKeeping(state: State, api: Api, performer: Performer): Keeping {
  const { rows, shelf } = state
  const { perform, post } = performer

  const patch = (sessionId: string, change: Partial<PatchSession>, name: string | null = doingOf.row(sessionId)) =>
    perform(name, async () => {
      rows.put(await api.request<Session>('PATCH', `/api/sessions/${sessionId}`, { body: change }))
    })

  return {
    rename: (sessionId, title) => patch(sessionId, { title }),
    pin: (sessionId, pinned) => patch(sessionId, { pinned }),
    archive: (sessionId, archived) => patch(sessionId, { archived }),
    remove: (sessionId) =>
      perform(doingOf.row(sessionId), async () => {
        await api.request('DELETE', `/api/sessions/${sessionId}`)
        state.follow.removed(sessionId)
      }),
    setProvider: (sessionId, provider, model) => patch(sessionId, { provider, model }),
    setModel: (sessionId, model) => patch(sessionId, { model }),
    setOption: (sessionId, optionId, value) =>
      patch(sessionId, { options: { ...rows.get(sessionId)?.options, [optionId]: value } }),
    markRead: (sessionId, readSeq) => patch(sessionId, { readSeq }, null),
    createProject: (wish) =>
      perform(doingOf.project, async () => {
        const project = await post<Project>('/api/projects', wish)
        shelf.putProject(project)
        return project
      }),
    patchSettings: (change) => patchSettings(state, api, performer, change),
    loadOlder: (sessionId) => loadOlder(state, api, performer, sessionId),
    refreshProvider: (providerId) =>
      perform(doingOf.provider(providerId), async () => {
        const fresh = await post<Provider>(`/api/providers/${providerId}/refresh`, {})
        shelf.setProviders(shelf.providers.map((known) => (known.id === fresh.id ? fresh : known)))
      }),
  }
}

/** A theme or a width must follow the hand: shown at once, and as it was if the server refuses. */
async function patchSettings(
  { shelf }: State,
  api: Api,
  { perform }: Performer,
  change: Partial<Settings>,
): Promise<Outcome> {
  const before = Object.fromEntries(Object.keys(change).map((name) => [name, shelf.settings[name as keyof Settings]]))
  shelf.setSettings({ ...shelf.settings, ...change })
  const outcome = await perform(null, async () => {
    await api.request<Settings>('PATCH', '/api/settings', { body: change })
  })
  if (!outcome.ok) shelf.setSettings({ ...shelf.settings, ...before })
  return outcome
}

async function loadOlder(
  { INFLIGHT, older }: State,
  api: Api,
  { perform }: Performer,
  sessionId: string,
): Promise<Outcome> {
  const beforeLineNow = () => {
    const state = INFLIGHT.get(sessionId)
    return state ? older.of(sessionId, state).beforeLine : null
  }
  const beforeLine = beforeLineNow()
  if (beforeLine === null) return { ok: true, value: undefined }
  return perform(doingOf.older(sessionId), async () => {
    const path = `/api/sessions/${sessionId}?beforeLine=${beforeLine}`
    const page = await api.request<OlderMessages>('GET', path)
    // Rewound, reset or given up in the meantime: the page would not join what is shown.
    if (beforeLineNow() === beforeLine) older.add(sessionId, page)
  })
}
