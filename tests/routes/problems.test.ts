import { expect, test } from 'vitest'
import { ProblemError } from '../../shared/problems.ts'
import { ids, memoryStore, noSessions, sessionRow } from './support/doubles.ts'
import { testHouse } from './support/house.ts'

test('an unknown address under /api is a problem, not a page', async () => {
  const { ask } = await testHouse()
  const answer = await ask('GET', '/api/nothing')
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toMatchObject({ code: 'not_found', status: 404, type: 'urn:heddle:problem:not_found' })
})

test('a method that an address does not take is 405 and says which it takes', async () => {
  const { ask } = await testHouse()
  const answer = await ask('PUT', `/api/sessions/${ids.session}`, {})
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE')
  expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' })
})

test('what goes wrong inside is "internal", without its words, and is reported', async () => {
  const sessions = noSessions({
    get: () => Promise.reject(new Error('secret /home/someone/file at Object.<anonymous>')),
  })
  const { ask, reports } = await testHouse({ house: { sessions } })
  const answer = await ask('GET', `/api/sessions/${ids.session}`)
  expect(answer.status).toBe(500)
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({ code: 'internal' })
  expect(text).not.toContain('secret')
  expect(reports).toHaveLength(1)
})

test('an ill-formed id is refused before anything else looks at it', async () => {
  const { ask } = await testHouse()
  for (const path of [
    '/api/sessions/ses_short',
    `/api/sessions/${ids.run}`,
    `/api/sessions/${ids.session}x`,
    `/api/sessions/${ids.session}%20/queue`,
    `/api/sessions/${ids.session}/streams/nonsense/events`,
    `/api/projects/${ids.session}`,
    '/api/runs/1',
  ]) {
    const answer = await ask(path.includes('projects') ? 'DELETE' : 'GET', path)
    expect(await answer.json(), path).toMatchObject({ code: 'invalid_id', status: 400 })
  }
})

test('a body that fails its schema says where and why', async () => {
  const { ask } = await testHouse()
  const answer = await ask('POST', '/api/sessions', { provider: 'demo', context: { runId: 'x' }, more: 1 })
  expect(answer.status).toBe(400)
  const problem = (await answer.json()) as { code: string; issues: { path: string; message: string }[] }
  expect(problem.code).toBe('invalid_body')
  expect(problem.issues.map(({ path }) => path).sort()).toEqual(['context.runId', 'more'])
})

test('a body that is no JSON, or none at all, says so', async () => {
  const { app, key } = await testHouse()
  for (const body of ['{', '']) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await app.request('/api/projects', { method: 'POST', headers, body })
    expect(await answer.json()).toMatchObject({ code: 'invalid_json' })
  }
})

test('a query that is not as it should be is refused', async () => {
  const { ask } = await testHouse()
  for (const query of ['limit=0', 'limit=201', 'limit=x', 'projectId=../x', 'state=sleeping', 'archived=maybe']) {
    const answer = await ask('GET', `/api/sessions?${query}`)
    expect(await answer.json(), query).toMatchObject({ code: 'invalid_query', status: 400 })
  }
})

test("a problem of the session's owner reaches the client with its extensions", async () => {
  const sessions = noSessions({
    send: () => Promise.reject(new ProblemError('runtime_busy', 'It runs.', { activeStreamId: ids.run })),
  })
  const { ask } = await testHouse({ house: { sessions } })
  const answer = await ask('POST', `/api/sessions/${ids.session}/turns`, { text: 'hi', whenBusy: 'reject' })
  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ code: 'runtime_busy', activeStreamId: ids.run, detail: 'It runs.' })
})

test('a deleted session is gone, an unknown one is not found', async () => {
  const store = memoryStore({ [ids.session]: 'removed' })
  const { ask } = await testHouse({ house: { store } })
  expect((await ask('GET', `/api/sessions/${ids.session}/draft`)).status).toBe(410)
  expect((await ask('GET', `/api/sessions/${ids.otherSession}/draft`)).status).toBe(404)
  expect(sessionRow().id).toBe(ids.session)
})
