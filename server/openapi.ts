/** OpenAPI 3.1, made of the routes themselves and the schemas that they check. */
import { toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { named } from './routes/answers.ts'
import { params } from './routes/params.ts'
import { type Route, route } from './routes/route.ts'

type Schema = v.GenericSchema<unknown, unknown>
type Json = Record<string, unknown>

export function openApiRoute(routes: readonly Route[], version: string): Route {
  let made: Json | null = null
  const self = route(
    'GET',
    '/api/openapi.json',
    { summary: 'This description.', answers: { 200: 'application/json' } },
    (context) => {
      made ??= openApi([...routes, self], version)
      return context.json(made)
    },
  )
  return self
}

export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const described of routes) {
    const path = described.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [described.method.toLowerCase()]: operationOf(described) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Heddle', version, license: { name: 'MIT', identifier: 'MIT' } },
    security: [{ key: [] }],
    paths,
    components: {
      schemas: toJsonSchemaDefs(named, { ...options, overrideRef: ({ referenceId }) => refTo(referenceId) }),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        ticket: { type: 'apiKey', in: 'query', name: 'ticket' },
      },
    },
  }
}

function operationOf({ path, method, about }: Route): Json {
  const body = about.body && {
    required: true,
    content: { 'application/json': { schema: jsonSchema(about.body, 'input') } },
  }
  const parameters = [...pathParameters(path), ...queryParameters(about.query), ...headerParameters(about.headers)]
  if (method !== 'GET' && !about.secret)
    parameters.push({ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 200 } })
  const security =
    about.access === 'none'
      ? { security: [] }
      : about.access === 'ticket' && { security: [{ key: [] }, { ticket: [] }] }
  return {
    summary: about.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: responsesOf(about.answers),
    ...security,
  }
}

function responsesOf(answers: Route['about']['answers']): Json {
  const problem = {
    description: 'A problem (RFC 9457).',
    content: { 'application/problem+json': { schema: { $ref: refTo('Problem') } } },
  }
  const responses: Json = { default: problem }
  for (const [status, answer] of Object.entries(answers)) {
    if (Number(status) >= 400) responses[status] = problem
    else if (answer === null) responses[status] = { description: 'Done; no body.' }
    else if (typeof answer === 'string') responses[status] = { description: answer, content: { [answer]: {} } }
    else
      responses[status] = {
        description: 'Done.',
        content: { 'application/json': { schema: jsonSchema(answer, 'output') } },
      }
  }
  return responses
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const known = params[name]
    if (!known) throw new Error(`The parameter ${name} of ${path} has no pattern.`)
    const schema = { type: 'string', pattern: known.pattern.source }
    return { name, in: 'path', required: true, description: known.description, schema }
  })
}

function queryParameters(query: Schema | undefined): Json[] {
  if (!query) return []
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function headerParameters(headers: Route['about']['headers'] = {}): Json[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }))
}

/** Actions that JSON Schema cannot say (trimming) are left out: what is accepted is never more than what is shown. */
const options = { target: 'draft-2020-12', errorMode: 'ignore' } as const

function jsonSchema(schema: Schema, typeMode: 'input' | 'output'): Json {
  const config = { ...options, typeMode, definitions: named, overrideRef: refOf }
  const { $schema: _dialect, $defs: _definitions, ...rest } = toJsonSchema(schema, config) as Json
  return rest
}

function refOf({ referenceId }: { referenceId: string }): string {
  return refTo(referenceId)
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`
}
