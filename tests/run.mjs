// All runs of the tests, also from a bare clone:
//   check          types, style, architecture, unit and server tests
//   test           check, then scenarios, the short chaos form and real agents against a built server, then the browser
//   e2e [args]     the browser alone; what follows goes to Playwright
//   chaos, bench [args]   by hand; what follows goes to vitest
// Ends with one line, `N passed, N failed`, over all runners. Where a runner's exit code and its count disagree, the exit
// code is right.
//
// HEDDLE_AGENTS=install installs the real agents first, so that nothing is left out.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, root } from '../build.mjs'
import { findBrowser } from './browser/support/find-browser.mjs'
import { installAgents, missingAgents } from './support/agents.mjs'

/** @typedef {{passed: number, failed: number, skipped: number}} Count */
/** @typedef {{name: string, run: (args: string[]) => Promise<Count>}} Part */

const report = join(root, '.cache/report.json')

/** @type {Part} */
const types = { name: 'types', run: () => one(['node_modules/typescript/bin/tsc', '-b']) }
/** @type {Part} */
const style = {
  name: 'style',
  run: () =>
    one([
      'node_modules/@biomejs/biome/bin/biome',
      'ci',
      '--error-on-warnings',
      `--colors=${process.stdout.isTTY ? 'force' : 'off'}`,
    ]),
}
/** @type {Part} */
const unit = { name: 'unit and server tests', run: () => vitest(['--project', 'plain', '--project', 'dom']) }
/** @type {Part} */
const running = { name: 'a running server', run: () => vitest(['--project', 'process']) }
/** @type {Part} */
const browser = { name: 'browser', run: playwright }
/** @type {Part} */
const chaos = { name: 'chaos', run: (args) => vitest(['--project', 'process', ...args], { HEDDLE_RUN: 'chaos' }) }
/** @type {Part} */
const bench = { name: 'bench', run: (args) => vitest(['--project', 'process', ...args], { HEDDLE_RUN: 'bench' }) }

/** @type {Record<string, Part[]>} */
const runs = {
  check: [types, style, unit],
  test: [types, style, unit, running, browser],
  e2e: [browser],
  chaos: [chaos],
  bench: [bench],
}

/** @param {string} wanted @param {string[]} args @returns {Promise<Count>} */
async function runAll(wanted, args) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const parts = runs[wanted]
  if (!parts) throw new Error(`There are the runs ${Object.keys(runs).join(', ')}; "${wanted}" is none of them`)
  install({ dev: true })
  if (process.env.HEDDLE_AGENTS === 'install') installAgents()
  if (wanted !== 'check') await build()
  for (const part of parts) {
    say(`── ${part.name}`)
    const count = await part.run(args)
    total.passed += count.passed
    total.failed += count.failed
    total.skipped += count.skipped
    if (count.failed > 0) say(`── ${part.name}: ${count.failed} failed`)
  }
  if (parts.includes(running)) sayWhatWasLeftOut()
  return total
}

function sayWhatWasLeftOut() {
  for (const agent of missingAgents()) {
    say(`LEFT OUT: the tests with the real agent ${agent}, which is not here. With it: HEDDLE_AGENTS=install npm test`)
  }
}

/** A program whose exit code says all. @param {string[]} command @returns {Promise<Count>} */
async function one(command) {
  const code = await node(command)
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/** @param {string[]} args @param {NodeJS.ProcessEnv} [env] @returns {Promise<Count>} */
async function vitest(args, env) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await node(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], env)
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = readReport()
  return counted(code, numPassedTests, numFailedTests, numPendingTests + numTodoTests)
}

/** @param {string[]} args @returns {Promise<Count>} */
async function playwright(args) {
  try {
    await findBrowser()
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const code = await node(['node_modules/@playwright/test/cli.js', 'test', ...args], { HEDDLE_REPORT: report })
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = readReport().stats ?? {}
  return counted(code, expected, unexpected + flaky, skipped)
}

/** A file that cannot be loaded, or a set-up that throws, fails a run without failing a test.
 * @param {number} code @param {number} passed @param {number} failed @param {number} skipped @returns {Count} */
function counted(code, passed, failed, skipped) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped }
}

/** The report of the last runner, once; empty if it came to none. */
function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return {} // The runner has said on the screen why it wrote none; its exit code counts.
  } finally {
    rmSync(report, { force: true })
  }
}

/** @param {string[]} command @param {NodeJS.ProcessEnv} [env] @returns {Promise<number>} the exit code, 1 after a signal */
function node(command, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
    const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    process.once('SIGTERM', pass)
    child.once('close', (code) => {
      process.off('SIGTERM', pass)
      resolve(code ?? 1)
    })
  })
}

/** @param {string} words */
function say(words) {
  process.stdout.write(`${words}\n`)
}

const [wanted = 'test', ...args] = process.argv.slice(2)
const { passed, failed, skipped } = await runAll(wanted, args).catch((error) => {
  say(error instanceof Error ? error.message : String(error))
  return { passed: 0, failed: 1, skipped: 0 }
})
process.exitCode = failed > 0 ? 1 : 0
say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
