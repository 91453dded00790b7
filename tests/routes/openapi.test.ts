import { expect, test } from 'vitest'
import { problemStatus } from '../../shared/problems.ts'
import { ids } from './support/doubles.ts'
import { testHouse } from './support/house.ts'

/** The contract's table, as it is written. */
const contract = `
GET /api/health
POST /api/login
POST /api/login-codes
GET /api/keys
POST /api/keys
DELETE /api/keys/:id
GET /api/bootstrap
GET /api/settings
PATCH /api/settings
GET /api/sessions/:id/draft
PUT /api/sessions/:id/draft
GET /api/providers
POST /api/providers
PATCH /api/providers/:id
DELETE /api/providers/:id
POST /api/providers/:id/refresh
POST /api/providers/:id/test
PUT /api/providers/:id/key
DELETE /api/providers/:id/key
POST /api/projects
GET /api/projects
PATCH /api/projects/:id
DELETE /api/projects/:id
POST /api/sessions
GET /api/sessions
GET /api/sessions/:id
PATCH /api/sessions/:id
DELETE /api/sessions/:id
POST /api/sessions/:id/turns
GET /api/sessions/:id/queue
PATCH /api/sessions/:id/queue/:messageId
DELETE /api/sessions/:id/queue/:messageId
POST /api/sessions/:id/queue/:messageId/send-now
POST /api/sessions/:id/queue/resume
POST /api/sessions/:id/rewind
POST /api/sessions/:id/streams/:streamId/cancel
POST /api/sessions/:id/streams/:streamId/permissions/:permissionId
POST /api/sessions/:id/streams/:streamId/questions/:questionId
GET /api/sessions/:id/streams/:streamId/events
GET /api/rules
DELETE /api/rules/:id
POST /api/sessions/:id/title
POST /api/sessions/:id/notes
POST /api/sessions/:id/fork
POST /api/compare
GET /api/compare/:id
GET /api/runs
GET /api/runs/:id
POST /api/runs/:id/discuss
GET /api/refs/:ref
GET /api/search
GET /api/sessions/:id/export
POST /api/import
POST /api/files
GET /api/files/:id
GET /api/audit
GET /metrics
POST /api/live
POST /api/live/:connectionId
POST /api/tickets
GET /api/openapi.json
`
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string])

interface Operation {
  responses: object
  parameters?: { in: string; name: string }[]
  requestBody?: object
  security?: object[]
}
interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const nameless = (path: string) => path.replaceAll(/:\w+|\{\w+\}/g, '*')

test('every route of the contract is described, and nothing else', async () => {
  const { ask } = await testHouse()
  const description = (await (await ask('GET', '/api/openapi.json')).json()) as Description
  expect(description.openapi).toBe('3.1.0')
  const described = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${nameless(path)}`),
  )
  expect(described.sort()).toEqual(contract.map(([method, path]) => `${method} ${nameless(path)}`).sort())
})

test('every route of the contract answers: with what it does, or with a typed problem', async () => {
  const { ask } = await testHouse()
  for (const [method, path] of contract) {
    const answer = await ask(method, withIds(path), method === 'GET' ? undefined : {})
    if (answer.status < 400) continue
    const problem = (await answer.json()) as { code: string; detail: string }
    expect(problem.code, `${method} ${path}`).toBeTypeOf('string')
    // The doubles know nothing of sessions: "internal" is theirs.
    expect([400, 404, 500, 501], `${method} ${path} → ${problem.code}`).toContain(answer.status)
    expect(problem.detail).toMatch(/^[A-Z].*[.:]/)
  }
})

test('objects are described once and referred to', async () => {
  const { ask } = await testHouse()
  const text = await (await ask('GET', '/api/openapi.json')).text()
  const { components, paths } = JSON.parse(text) as Description
  for (const name of ['Session', 'Run', 'Message', 'Permission', 'Provider', 'Problem'])
    expect(components.schemas[name], name).toMatchObject({ type: 'object' })
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string)
  expect(references.length).toBeGreaterThan(20)
  for (const reference of new Set(references)) {
    const [, , , name = ''] = reference.split('/')
    expect(components.schemas[name], reference).toBeDefined()
  }
  expect(paths['/api/sessions']?.post?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { required: ['provider'] } } },
  })
  expect(paths['/api/health']?.get?.security).toEqual([])
})

test('the headers that a route heeds, and the codes of its problems, are described', async () => {
  const { ask } = await testHouse()
  const { components, paths } = (await (await ask('GET', '/api/openapi.json')).json()) as Description
  const headersOf = (path: string, method: string) =>
    paths[path]?.[method]?.parameters?.filter((parameter) => parameter.in === 'header').map(({ name }) => name)
  expect(headersOf('/api/sessions/{sessionId}/streams/{streamId}/events', 'get')).toEqual(['Last-Event-ID'])
  expect(headersOf('/api/sessions/{sessionId}', 'patch')).toEqual(['If-Match', 'Idempotency-Key'])
  expect(headersOf('/api/sessions/{draftKey}/draft', 'put')).toEqual(['Heddle-Connection', 'Idempotency-Key'])
  expect(components.schemas.Problem).toMatchObject({ properties: { code: { enum: Object.keys(problemStatus) } } })
})

function withIds(path: string): string {
  const byNoun: Record<string, string> = {
    keys: ids.key,
    projects: ids.project,
    sessions: ids.session,
    runs: ids.run,
    files: ids.file,
    providers: 'demo',
  }
  const noun = path.split('/')[2] ?? ''
  return path
    .replace(':messageId', ids.message)
    .replace(':streamId', ids.run)
    .replace(':permissionId', ids.permission)
    .replace(':questionId', ids.question)
    .replace(':connectionId', 'abc')
    .replace(':ref', `session:${ids.session}`)
    .replace(':id', byNoun[noun] ?? 'abc')
}
