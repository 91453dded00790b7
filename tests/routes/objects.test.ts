import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Project } from '../../shared/model.ts'
import { ids, memoryStore, noSessions, sessionRow } from './support/doubles.ts'
import { testHouse } from './support/house.ts'

test('health answers without a key and tells nothing but its version', async () => {
  const { app } = await testHouse()
  expect(await (await app.request('/api/health')).json()).toEqual({ status: 'ok', version: '0.0.0+test' })
})

test('the first paint needs one request', async () => {
  const { ask } = await testHouse()
  expect(await (await ask('GET', '/api/bootstrap')).json()).toMatchObject({
    providers: [],
    projects: [],
    sessions: [{ id: ids.session }],
    feedCursor: 'cursor-1',
    settings: { theme: 'system' },
    version: '0.0.0+test',
  })
})

test('settings change by what is named, and every tab is told', async () => {
  const { ask, told } = await testHouse()
  const answer = await ask('PATCH', '/api/settings', { theme: 'dark' })
  expect(await answer.json()).toMatchObject({ theme: 'dark', density: 'comfortable' })
  expect(await (await ask('GET', '/api/settings')).json()).toMatchObject({ theme: 'dark' })
  expect(told).toEqual([['settings', expect.objectContaining({ theme: 'dark' })]])
  expect((await ask('PATCH', '/api/settings', { colour: 'red' })).status).toBe(400)
})

test('two tabs that change different settings or fields at once both get what they asked for', async () => {
  const { ask } = await testHouse()
  await Promise.all([
    ask('PATCH', '/api/settings', { theme: 'dark' }),
    ask('PATCH', '/api/settings', { density: 'compact' }),
  ])
  expect(await (await ask('GET', '/api/settings')).json()).toMatchObject({ theme: 'dark', density: 'compact' })
  const { id } = (await (await ask('POST', '/api/projects', { name: 'one' })).json()) as Project
  await Promise.all([
    ask('PATCH', `/api/projects/${id}`, { name: 'two', cwd: '/' }),
    ask('PATCH', `/api/projects/${id}`, { archived: true }),
  ])
  const { items } = (await (await ask('GET', '/api/projects')).json()) as { items: Project[] }
  expect(items).toMatchObject([{ name: 'two', cwd: '/', archived: true }])
})

test('a draft is kept for its session and for a new one, and other tabs are told by whom', async () => {
  const store = memoryStore({ [ids.session]: { session: sessionRow(), readSeq: 0 } })
  const { ask, told } = await testHouse({ house: { store } })
  const draft = { text: 'half a thought', files: [] }
  await ask('PUT', `/api/sessions/${ids.session}/draft`, draft, { 'heddle-connection': 'tab-1' })
  await ask('PUT', '/api/sessions/new/draft', { text: 'another', files: [] })
  expect(await (await ask('GET', `/api/sessions/${ids.session}/draft`)).json()).toEqual(draft)
  expect(await (await ask('GET', '/api/sessions/new/draft')).json()).toEqual({ text: 'another', files: [] })
  expect(told).toEqual([
    ['draft', ids.session, draft, 'tab-1'],
    ['draft', 'new', { text: 'another', files: [] }, null],
  ])
})

test("a project's folder must be there, and be given whole", async () => {
  const { ask, told } = await testHouse()
  const folder = await mkdtemp(join(tmpdir(), 'heddle-project-'))
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  for (const cwd of ['relative/path', './x', join(folder, 'missing'), file, `${folder}\0`, '']) {
    const answer = await ask('POST', '/api/projects', { name: 'p', cwd })
    expect(await answer.json(), cwd).toMatchObject({ code: 'invalid_folder', status: 422 })
  }
  const made = (await (await ask('POST', '/api/projects', { name: ' Loom ', cwd: folder })).json()) as Project
  expect(made).toMatchObject({ name: 'Loom', cwd: folder, archived: false })
  const changed = await ask('PATCH', `/api/projects/${made.id}`, { archived: true })
  expect(await changed.json()).toMatchObject({ name: 'Loom', cwd: folder, archived: true })
  expect((await ask('PATCH', `/api/projects/${made.id}`, { cwd: 'x' })).status).toBe(422)
  expect((await ask('DELETE', `/api/projects/${made.id}`)).status).toBe(204)
  expect((await ask('DELETE', `/api/projects/${made.id}`)).status).toBe(404)
  expect(told.map((what) => (what as string[])[0])).toEqual(['project', 'project', 'projectRemoved'])
})

test('a session is made once: 201, and 200 for the same again', async () => {
  let created = true
  const sessions = noSessions({ create: async () => ({ session: sessionRow(), created }) })
  const { ask } = await testHouse({ house: { sessions } })
  const body = { id: ids.session, provider: 'demo', model: 'guide' }
  expect((await ask('POST', '/api/sessions', body)).status).toBe(201)
  created = false
  expect((await ask('POST', '/api/sessions', body)).status).toBe(200)
})

test('sessions are listed by what is asked for', async () => {
  const asked: unknown[] = []
  const sessions = noSessions({
    list: async (query) => {
      asked.push(query)
      return { items: [], nextCursor: null }
    },
  })
  const { ask } = await testHouse({ house: { sessions } })
  await ask('GET', '/api/sessions')
  await ask('GET', `/api/sessions?archived=true&limit=7&q=a%20b&context.runId=${ids.run}&state=running&cursor=xyz`)
  expect(asked).toEqual([
    { limit: 50 },
    { archived: true, limit: 7, q: 'a b', contextRunId: ids.run, state: 'running', cursor: 'xyz' },
  ])
})

test('a change goes only with the revision that the client has seen, when it says one', async () => {
  const seen: unknown[] = []
  const sessions = noSessions({
    patch: async (_id, _body, ifMatch) => {
      seen.push(ifMatch)
      return sessionRow()
    },
  })
  const { ask } = await testHouse({ house: { sessions } })
  const path = `/api/sessions/${ids.session}`
  for (const match of ['7', '"8"']) await ask('PATCH', path, { pinned: true }, { 'if-match': match })
  await ask('PATCH', path, { pinned: true })
  expect((await ask('PATCH', path, { pinned: true }, { 'if-match': 'latest' })).status).toBe(400)
  expect(seen).toEqual([7, 8, null])
})

test('older messages are asked for by their line', async () => {
  const sessions = noSessions({
    older: async (_id, beforeLine) => ({ messages: [], runs: [], nextBeforeLine: beforeLine }),
  })
  const { ask } = await testHouse({ house: { sessions } })
  const answer = await ask('GET', `/api/sessions/${ids.session}?beforeLine=12`)
  expect(await answer.json()).toMatchObject({ nextBeforeLine: 12 })
})

test('stop, approve and answer name exactly the stream and the request', async () => {
  const seen: unknown[] = []
  const note =
    (name: string) =>
    async (...what: unknown[]) =>
      void seen.push([name, ...what.slice(0, -1)])
  const sessions = noSessions({
    cancel: note('cancel') as never,
    resolvePermission: note('permission') as never,
    answerQuestion: note('question') as never,
  })
  const { ask } = await testHouse({ house: { sessions } })
  const stream = `/api/sessions/${ids.session}/streams/${ids.run}`
  const decision = { optionId: 'allow', digest: 'd' }
  await ask('POST', `${stream}/cancel`)
  await ask('POST', `${stream}/permissions/${ids.permission}`, decision)
  await ask('POST', `${stream}/questions/${ids.question}`, { action: 'accept', content: { name: 'Ada' } })
  expect(seen).toEqual([
    ['cancel', ids.session, ids.run],
    ['permission', ids.session, ids.run, ids.permission, decision],
    ['question', ids.session, ids.run, ids.question, { action: 'accept', content: { name: 'Ada' } }],
  ])
})
