// Finds a Chromium that really starts, from the nearest to the furthest:
//   HEDDLE_BROWSER, an installed Chrome, Chromium or Edge, Playwright's own, `@sparticuz/chromium` (a browser in an npm
//   package, fetched once into .cache), Debian's package where we may install it; else a sentence that says what to do.
// What was found is put into HEDDLE_BROWSER, so that worker processes do not look again.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { npm, root } from '../../../build.mjs'

/** Flags that every browser of ours gets: quiet, without a sandbox (containers have none), never on the network by itself. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** For a system without fonts: those of @sparticuz/chromium, whose own file has another folder in it. */
const fontsConf =
  '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">' +
  '<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="relative">fonts-cache</cachedir></fontconfig>\n'

/** How long a browser may take to say its version; a cold disk needs seconds. */
const probeMs = 30_000

/** @returns {Promise<string>} the path of a browser that starts; throws a sentence when there is none */
export async function findBrowser() {
  const named = process.env.HEDDLE_BROWSER
  if (named) {
    if (!existsSync(named)) throw new Error(`HEDDLE_BROWSER is "${named}", and there is no such file`)
    return named
  }
  const ways = [installed, playwrights, sparticuz, debians]
  for (const way of ways) {
    const found = await way()
    if (!found) continue
    process.env.HEDDLE_BROWSER = found
    return found
  }
  throw new Error(
    'No browser to test with. Install Chrome, Chromium or Edge, or run "npx playwright install chromium", ' +
      'or set HEDDLE_BROWSER to the path of one.',
  )
}

/** On the path, else where the installers of each system put them. */
function installed() {
  return candidates().find((path) => existsSync(path) && starts(path))
}

/** @returns {string[]} */
function candidates() {
  const names = [
    'google-chrome-stable',
    'google-chrome',
    'chromium',
    'chromium-browser',
    'microsoft-edge-stable',
    'microsoft-edge',
  ]
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge']
    const homes = ['/Applications', join(process.env.HOME ?? '', 'Applications')]
    return [...onPath, ...apps.flatMap((app) => homes.map((home) => `${home}/${app}.app/Contents/MacOS/${app}`))]
  }
  if (process.platform === 'win32') {
    const { PROGRAMFILES, 'PROGRAMFILES(X86)': x86, LOCALAPPDATA } = process.env
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ]
    const bases = [PROGRAMFILES, x86, LOCALAPPDATA].filter((base) => base !== undefined)
    return bases.flatMap((base) => programs.map((program) => join(base, program)))
  }
  return [...onPath, '/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/snap/bin/chromium']
}

/** A file is not yet a browser: Ubuntu's `chromium-browser` only says to install a snap, and libraries may be missing.
 * On Windows `--version` opens a window, so that the file has to do.
 * @param {string} path @param {NodeJS.ProcessEnv} [env] */
function starts(path, env = process.env) {
  if (process.platform === 'win32') return true
  const { status, stdout } = spawnSync(path, ['--version', '--no-sandbox'], { timeout: probeMs, encoding: 'utf8', env })
  return status === 0 && /\d+\.\d+/.test(stdout)
}

async function playwrights() {
  const { chromium } = await import('@playwright/test')
  const path = chromium.executablePath()
  return existsSync(path) && starts(path) ? path : undefined
}

/** The newest that runs on this Node. Linux on x64 only. */
function sparticuz() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const version = major >= 24 || (major === 22 && minor >= 17) ? '153.0.0' : '143.0.4'
  const folder = join(root, '.cache/browser', version)
  const unpacked = join(folder, 'unpacked')
  const browser = join(unpacked, 'chromium')
  try {
    if (!existsSync(browser)) unpackSparticuz(folder, unpacked, version)
  } catch (error) {
    say(`@sparticuz/chromium is not to be had: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
  // It brings the fonts and the libraries that a bare system lacks.
  if (!existsSync('/etc/fonts/fonts.conf')) process.env.FONTCONFIG_FILE = join(unpacked, 'fonts.conf')
  if (starts(browser)) return browser
  const libraries = { LD_LIBRARY_PATH: join(unpacked, 'al2023/lib') }
  if (!starts(browser, { ...process.env, ...libraries })) return undefined
  Object.assign(process.env, libraries)
  return browser
}

/** The package unpacks into the temporary folder, and its libraries only where it believes to be on Lambda.
 * @param {string} folder @param {string} unpacked @param {string} version */
function unpackSparticuz(folder, unpacked, version) {
  say(`no browser here; fetching @sparticuz/chromium ${version} into .cache, once`)
  mkdirSync(unpacked, { recursive: true })
  npm(['install', '--prefix', folder, '--no-save', '--loglevel=error', `@sparticuz/chromium@${version}`])
  writeFileSync(join(unpacked, 'fonts.conf'), fontsConf)
  const script = `import browser from '@sparticuz/chromium'; await browser.executablePath()`
  const env = {
    ...process.env,
    TMPDIR: unpacked,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
  }
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1))
}

function debians() {
  const may = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!may) return undefined
  say('installing Debian’s chromium')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    stdio: ['ignore', 2, 2],
    env,
  })
  return installed()
}

/** @param {string} words */
function say(words) {
  process.stderr.write(`heddle: ${words}\n`)
}
