/**
 * The import table of the house: which room may know which. A room is a folder (`server/hub/`) or a file; the first that
 * fits a path is its room. What a room may import is named the same way; `packages` are the only ones it may use.
 */
import { posix } from 'node:path'
import { isNode, lineOf, type Node, type Source } from './source.ts'

interface Room {
  name: string
  /** Files and folders of ours, besides the room itself. */
  may: string[]
  /** May be imported for their types alone. */
  types?: string[]
  packages: string[]
  node?: boolean
}

const server = { node: true }
const interfaces = ['server/limits.ts', 'server/store/store.ts', 'server/routes/house.ts']

export const rooms: Room[] = [
  { name: 'shared/', may: [], packages: ['valibot'] },

  { name: 'server/log/', may: ['shared/'], packages: ['kysely', 'libsql'], ...server },
  // The store keeps the log's tables behind the port that the log names. esbuild: its thread, when it runs from sources.
  {
    name: 'server/store/',
    may: ['shared/', 'server/log/'],
    packages: ['kysely', 'libsql', 'esbuild'],
    ...server,
  },
  { name: 'server/hub/', may: ['shared/', 'server/log/log.ts'], packages: ['nanoid'], ...server },
  // No web framework and no router among its packages: a runtime knows nothing of HTTP.
  {
    name: 'server/runtimes/',
    may: ['shared/'],
    packages: ['@agentclientprotocol/sdk', 'nanoid', 'valibot', 'zod'],
    ...server,
  },
  {
    name: 'server/sessions/',
    may: ['shared/', 'server/log/', 'server/hub/', 'server/store/', 'server/runtimes/runtime.ts'],
    packages: ['nanoid', 'valibot'],
    ...server,
  },
  {
    name: 'server/cluster/',
    may: ['shared/', 'server/store/', 'server/sessions/sessions.ts'],
    packages: ['nanoid'],
    ...server,
  },
  {
    name: 'server/routes/',
    may: ['shared/', 'server/sessions/', 'server/hub/', 'server/store/store.ts', 'server/gate/', ...interfaces],
    types: ['server/keys.ts'],
    packages: ['hono', '@hono/node-server', 'valibot', '@valibot/to-json-schema', 'nanoid'],
    ...server,
  },
  {
    name: 'server/gate.ts',
    may: ['shared/', 'server/gate/', 'server/routes/problems.ts', ...interfaces],
    packages: ['hono', '@hono/node-server'],
    ...server,
  },
  {
    name: 'server/gate/',
    may: ['shared/', 'server/gate.ts', 'server/routes/problems.ts', ...interfaces],
    packages: ['hono', '@hono/node-server', 'nanoid'],
    ...server,
  },
  // Their own side: these put the rooms together, or speak the contract from outside.
  { name: 'server/main.ts', may: ['shared/', 'server/'], packages: ['*'], ...server },
  { name: 'server/app.ts', may: ['shared/', 'server/'], packages: ['*'], ...server },
  { name: 'server/cli/', may: ['shared/', 'server/'], packages: ['*'], ...server },
  {
    name: 'server/openapi.ts',
    may: ['shared/', 'server/routes/'],
    packages: ['hono', 'valibot', '@valibot/to-json-schema'],
    ...server,
  },
  // What stands beside the rooms: config, keys, limits, static, audit, metrics.
  {
    name: 'server/',
    may: ['shared/', 'server/gate/', 'server/routes/problems.ts', ...interfaces],
    packages: ['*'],
    ...server,
  },

  { name: 'web/src/dom/', may: [], packages: ['uqr'] },
  { name: 'web/src/markdown/', may: [], packages: ['marked', 'lowlight', 'katex'] },
  { name: 'web/src/state/', may: ['shared/'], packages: [] },
  { name: 'web/src/net/', may: ['shared/'], packages: ['eventsource-parser', 'nanoid'] },
  // The api, and the problems that it throws.
  {
    name: 'web/src/actions/',
    may: ['shared/', 'web/src/net/api.ts', 'web/src/net/problem.ts', 'web/src/state/'],
    packages: ['nanoid'],
  },
  {
    name: 'web/src/views/',
    may: [
      // What is pure and small. The reducer is state's; the schemas would bring valibot into the first load.
      ...['shared/activity.ts', 'shared/ids.ts', 'shared/parts.ts', 'shared/state.ts', 'shared/text.ts'],
      ...['web/src/state/', 'web/src/actions/', 'web/src/dom/', 'web/src/markdown/'],
    ],
    types: ['shared/'],
    packages: [],
  },
  { name: 'web/src/', may: ['shared/', 'web/src/'], packages: ['*'] },
]

/** `main` makes the objects, so that everything else takes what it needs as an argument and can be tested alone. */
const composers = ['server/main.ts', 'web/src/main.ts']
const makes = /^(create|open|start)[A-Z]/

export function importFaults(source: Source): string[] {
  const room = roomOf(source.path)
  if (!room) return []
  return importsOf(source).flatMap(({ to, types, names, position }) => {
    const fault = isOurs(to) ? faultOfOurs(source, room, to, types, names) : faultOfPackage(room, to)
    return fault ? [`${source.path}:${lineOf(source, position)} ${fault}`] : []
  })
}

function faultOfOurs({ path }: Source, room: Room, to: string, types: boolean, names: string[]): string | null {
  if (fits(to, room.name) && roomOf(to) === room) return null
  if (to === 'server/main.ts') return 'imports main: nothing does, main imports'
  const allowed = room.may.some((name) => fits(to, name)) || (types && room.types?.some((name) => fits(to, name)))
  if (!allowed) return `imports ${to}, which ${room.name} must not know`
  const made =
    types || composers.includes(path) || to.startsWith('shared/') ? [] : names.filter((name) => makes.test(name))
  const foreign = path.startsWith('server/') && roomOf(to) !== room && !isOfApp(path)
  return foreign && made.length > 0 ? `takes ${made.join(', ')} of ${to}: main alone makes objects` : null
}

/** `app` wires routes, which is to make them; the command line makes its own client. */
function isOfApp(path: string) {
  return path === 'server/app.ts' || path.startsWith('server/cli/')
}

function faultOfPackage(room: Room, to: string): string | null {
  if (to.startsWith('node:')) return room.node ? null : `imports ${to}: no Node in ${room.name}`
  const name = to.split('/', to.startsWith('@') ? 2 : 1).join('/')
  return room.packages.includes('*') || room.packages.includes(name)
    ? null
    : `imports the package ${name}, which ${room.name} does not use`
}

function roomOf(path: string): Room | undefined {
  return rooms.find(({ name }) => fits(path, name))
}

function fits(path: string, name: string) {
  return name.endsWith('/') ? path.startsWith(name) : path === name
}

function isOurs(to: string) {
  return /^(server|shared|web|tests)\/|^[\w.-]+\.(ts|mjs)$/.test(to)
}

interface Import {
  /** A path from the root, or a package's name. */
  to: string
  types: boolean
  names: string[]
  position: number
}

function importsOf(source: Source): Import[] {
  return source.nodes.flatMap((node) => {
    const from = isNode(node.source) && typeof node.source.value === 'string' ? node.source.value : undefined
    if (from === undefined) return []
    const to = from.startsWith('.') ? posix.join(posix.dirname(source.path), from) : from
    const parts = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : []
    const isType = (part: Node) => part.importKind === 'type' || part.exportKind === 'type'
    const types = isType(node) || node.type === 'TSImportType' || (parts.length > 0 && parts.every(isType))
    const names = parts.filter((part) => !isType(part)).map((part) => nameOf(part.imported ?? part.local))
    return [{ to, types, names, position: node.start }]
  })
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node.name ?? node.value) : ''
}
