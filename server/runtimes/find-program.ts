/**
 * Finds an installed program without a shell: on the PATH, and where version managers and installers put things that a
 * server started by a desktop or a service manager does not have on its PATH.
 */
import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import type { Environment } from './environment.ts'

/** The absolute path, or null. */
export async function findProgram(command: string, env: Environment): Promise<string | null> {
  if (isAbsolute(command)) return (await isProgram(command)) ? command : null
  if (command.includes('/')) return null
  for (const folder of await folders(env)) {
    const path = join(folder, command)
    if (await isProgram(path)) return path
  }
  return null
}

/** PATH with the program's own folder first: a script of a version manager finds its own interpreter there. */
export function pathFor(program: string, env: Environment): string {
  const folder = dirname(program)
  const path = env.PATH ?? ''
  return path.split(delimiter).includes(folder) ? path : [folder, path].filter(Boolean).join(delimiter)
}

async function folders(env: Environment): Promise<string[]> {
  const onPath = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  const home = env.HOME
  const atHome = home ? homeFolders.map((folder) => join(home, folder)) : []
  const versions = home ? await nodeVersions(join(home, '.nvm/versions/node')) : []
  return [...onPath, dirname(process.execPath), ...atHome, ...versions, '/usr/local/bin', '/opt/homebrew/bin']
}
const homeFolders = [
  '.local/bin',
  '.npm-global/bin',
  '.opencode/bin',
  '.claude/local',
  '.bun/bin',
  '.volta/bin',
  '.asdf/shims',
  '.local/share/mise/shims',
]

/** Newest first. */
async function nodeVersions(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  names.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
  return names.map((name) => join(folder, name, 'bin'))
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
