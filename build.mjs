#!/usr/bin/env node
// Turns the sources into what runs, and runs it. Plain Node and nothing else until the packages are there.
//
//   node build.mjs            installs what is missing; builds `dist` if the sources are not what it was made from
//   node build.mjs start …    and becomes the server (`heddle serve …`)
//   node build.mjs dev …      serves, and builds and restarts at each change
//
// dist/server           main.js, the program, server and command line; the store's thread; packages stay outside of it
// dist/web              the page, see web/bundle.mjs
// dist/stamp            the hash of the sources that `dist` was made from; `dev` writes none
//
// Standard output belongs to the program that is started; what is said here goes to standard error.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** @typedef {Map<string, Uint8Array>} Files path below `dist` → content */

export const root = dirname(fileURLToPath(import.meta.url))
export const program = join(root, 'dist/server/main.js')

const sourceFolders = ['server', 'shared', 'web']
const sourceFiles = ['build.mjs', 'package.json', 'package-lock.json']

/** One save of an editor is several file events; those within this time are one change. */
const settleMs = 60

/** Installs what the lock file names and `node_modules` has not. Asks nobody when nothing is missing.
 * @param {{dev: boolean}} wants `dev`: also what only development needs */
export function install({ dev }) {
  if (!packagesAreMissing(dev)) return
  say('installing packages, once')
  npm(['ci', dev ? '--include=dev' : '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** npm notes what it installed in node_modules/.package-lock.json; optional packages depend on the platform.
 * @param {boolean} dev */
function packagesAreMissing(dev) {
  const present = readJson('node_modules/.package-lock.json')?.packages ?? {}
  return Object.entries(readJson('package-lock.json').packages).some(([path, entry]) => {
    const needed = path !== '' && !entry.optional && !entry.devOptional && (dev || !entry.dev)
    return needed && present[path]?.version !== entry.version
  })
}

/** Runs npm (the one that runs us, if one does) with its output on standard error. Throws when it fails.
 * @param {string[]} args */
export function npm(args) {
  const own = process.env.npm_execpath
  const how = { cwd: root, stdio: /** @type {('ignore' | 2)[]} */ (['ignore', 2, 2]) }
  const { status, error } = own?.endsWith('.js')
    ? spawnSync(process.execPath, [own, ...args], how)
    : spawnSync('npm', args, { ...how, shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`npm ${args[0]} failed${error ? `: ${error.message}` : '; its words are above'}`)
}

/** Builds `dist`, whole or not at all; does nothing if it is what the sources make already.
 * @param {{dev?: boolean}} [options] `dev`: quick, without compression */
export async function build({ dev = false } = {}) {
  const stamp = stampOfSources()
  if (!dev && existsSync(program) && readText('dist/stamp') === stamp) return
  say('building')
  const [esbuild, { bundleWeb }] = await Promise.all([import('esbuild'), import('./web/bundle.mjs')])
  const version = `${readJson('package.json').version}+${stamp.slice(0, 8)}`
  const about = { version, compressed: !dev, statics: filesBelow('web/static') }
  try {
    const server = bundleServer(esbuild, commonOptions(version))
    const web = bundleWeb(esbuild, commonOptions(version), about)
    const files = new Map([...(await server), ...(await web)])
    if (!dev) files.set('stamp', new TextEncoder().encode(stamp))
    replaceDist(files)
  } finally {
    if (!dev) await esbuild.stop() // Else its process would live as long as the server that `start` becomes.
  }
}

function stampOfSources() {
  const hash = createHash('sha256')
  for (const path of [...sourceFiles, ...sourceFolders.flatMap(filesBelow)]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** @param {string} version */
function commonOptions(version) {
  return {
    absWorkingDir: root,
    bundle: true,
    write: /** @type {const} */ (false),
    metafile: /** @type {const} */ (true),
    format: /** @type {const} */ ('esm'),
    sourcemap: /** @type {const} */ ('linked'),
    logLevel: /** @type {const} */ ('warning'),
    define: { __HEDDLE_VERSION__: JSON.stringify(version) },
  }
}

/** @param {typeof import('esbuild')} esbuild @param {ReturnType<typeof commonOptions>} common @returns {Promise<Files>} */
async function bundleServer(esbuild, common) {
  const { outputFiles } = await esbuild.build({
    ...common,
    entryPoints: { main: 'server/main.ts', 'store-thread': 'server/store/thread.ts' },
    outdir: 'dist/server',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    banner: { js: '#!/usr/bin/env node' },
  })
  return new Map(outputFiles.map(({ path, contents }) => [slashed(relative(join(root, 'dist'), path)), contents]))
}

/** Written beside, then moved in: a build that fails half-way, and a server that reads just now, keep the old one whole.
 * @param {Files} files */
function replaceDist(files) {
  const fresh = join(root, `.cache/dist-${process.pid}`)
  for (const [path, content] of files) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true })
    writeFileSync(join(fresh, path), content, { mode: path === 'server/main.js' ? 0o755 : 0o644 })
  }
  const dist = join(root, 'dist')
  if (existsSync(dist)) renameSync(dist, `${fresh}.old`)
  renameSync(fresh, dist)
  rmSync(`${fresh}.old`, { recursive: true, force: true })
}

/** Becomes the program, in this very process: signals reach it as they are, and nothing can outlive it.
 * @param {string[]} args */
async function start(args) {
  process.argv = [process.execPath, program, 'serve', ...args]
  await import(pathToFileURL(program).href)
}

/** Serves; builds and restarts at each change. A build that fails leaves the old server running. @param {string[]} args */
function dev(args) {
  let server = serve(args)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => {
      if (!server.kill(signal)) process.exit(0)
      server.once('exit', () => process.exit(0))
    })
  }
  onChange(async () => {
    try {
      await build({ dev: true })
    } catch (error) {
      return say(`not built: ${error instanceof Error ? error.message : error}`)
    }
    const ended = new Promise((resolve) => server.once('exit', resolve))
    if (server.kill('SIGTERM')) await ended
    server = serve(args)
  })
}

/** @param {string[]} args */
function serve(args) {
  return spawn(process.execPath, ['--enable-source-maps', program, 'serve', ...args], { stdio: 'inherit' })
}

/** Calls `act` after each burst of changes, one call at a time. @param {() => Promise<void>} act */
function onChange(act) {
  /** @type {NodeJS.Timeout | undefined} */
  let settling
  let acting = Promise.resolve()
  for (const folder of sourceFolders) {
    watch(join(root, folder), { recursive: true }, () => {
      clearTimeout(settling)
      settling = setTimeout(() => {
        acting = acting.then(act)
      }, settleMs)
    })
  }
}

/** @param {string} folder @returns {string[]} paths from the root, sorted, with `/` on every system */
function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return []
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.map((path) => slashed(relative(root, path))).sort()
}

/** @param {string} path */
function slashed(path) {
  return path.replaceAll('\\', '/')
}

/** @param {string} path */
function readText(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null
}

/** @param {string} path */
function readJson(path) {
  const content = readText(path)
  return content === null ? null : JSON.parse(content)
}

/** @param {string} words */
function say(words) {
  process.stderr.write(`heddle: ${words}\n`)
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const [mode, ...args] = process.argv.slice(2)
  try {
    if (mode && !['start', 'dev'].includes(mode)) throw new Error(`build.mjs knows "start" and "dev", not "${mode}"`)
    install({ dev: mode === 'dev' })
    await build({ dev: mode === 'dev' })
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
  if (mode === 'start') await start(args)
  if (mode === 'dev') dev(args)
}
