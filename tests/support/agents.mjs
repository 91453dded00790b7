// Real agents for tests: found on the path or in a cache, and installed into that cache when asked.
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { npm, root } from '../../build.mjs'

/** Pinned: an agent's behaviour moves with every release. */
const packages = { opencode: 'opencode-ai@1.18.33' }

const cache = process.env.HEDDLE_AGENTS_CACHE ?? join(root, '.cache/agents')

/** @param {keyof typeof packages} name @returns {string | null} the agent's program */
export function findAgent(name) {
  const file = process.platform === 'win32' ? `${name}.cmd` : name
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), join(cache, 'node_modules/.bin')]
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path)) ?? null
}

/** Installs each agent that is not here yet. Throws when npm fails. */
export function installAgents() {
  for (const [name, wanted] of Object.entries(packages)) {
    if (findAgent(/** @type {keyof typeof packages} */ (name))) continue
    process.stderr.write(`heddle: installing ${wanted} into .cache, once\n`)
    mkdirSync(cache, { recursive: true })
    npm(['install', '--prefix', cache, '--no-save', '--loglevel=error', wanted])
  }
}

/** @returns {string[]} the agents that tests would use and that are not here */
export function missingAgents() {
  return Object.keys(packages).filter((name) => !findAgent(/** @type {keyof typeof packages} */ (name)))
}
