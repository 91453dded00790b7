/**
 * The house stays as it was drawn: the import table of DESIGN.md, the sizes of STYLE.md, no HTML sink in the page. Each
 * rule is shown to bite on a line that breaks it before it is held against our files.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../build.mjs'
import { lockFaults } from './architecture/lock.ts'
import { importFaults } from './architecture/rooms.ts'
import { colourFaults, silenceFaults, sinkFaults, sizeFaults } from './architecture/rules.ts'
import { type Source, sourceOf, sourcesBelow } from './architecture/source.ts'

const product = sourcesBelow('server', 'shared', 'web/src')
const tests = sourcesBelow('tests').filter(({ path }) => !path.includes('/fixtures/'))

const faultsOf = (rule: (source: Source) => string[], sources: Source[]) => sources.flatMap(rule)
const faults = (rule: (source: Source) => string[], path: string, text: string) => rule(sourceOf(path, text)).length

describe('A room knows only the rooms that the table names', () => {
  test.each([
    ['shared/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['shared/a.ts', "import { nanoid } from 'nanoid'"],
    ['shared/a.ts', "import { openLog } from '../server/log/log.ts'"],
    ['server/log/a.ts', "import type { Hub } from '../hub/hub.ts'"],
    ['server/store/a.ts', "import type { Sessions } from '../sessions/sessions.ts'"],
    ['server/hub/a.ts', "import { commit } from '../log/commit.ts'"],
    ['server/runtimes/acp/a.ts', "import type { Hub } from '../../hub/hub.ts'"],
    ['server/runtimes/a.ts', "import { Hono } from 'hono'"],
    ['server/sessions/a.ts', "import { driver } from '../runtimes/acp/acp.ts'"],
    ['server/sessions/a.ts', "import { Hono } from 'hono'"],
    ['server/routes/a.ts', "import { table } from '../store/sqlite.ts'"],
    ['server/routes/a.ts', "import { hashOf } from '../keys.ts'"],
    ['server/routes/a.ts', "export { hashOf } from '../keys.ts'"],
    ['server/routes/a.ts', "const log = await import('../log/log.ts')"],
    ['server/routes/a.ts', "let log: import('../log/log.ts').Log"],
    ['server/app.ts', "import { house } from './main.ts'"],
    ['server/keys.ts', "import { table } from './store/sqlite.ts'"],
    ['server/sessions/a.ts', "import { createHub } from '../hub/hub.ts'"],
    ['server/hub/a.ts', "import { view } from '../../web/src/views/app.ts'"],
    ['web/src/dom/a.ts', "import type { Session } from '../../../shared/model.ts'"],
    ['web/src/markdown/a.ts', "import { h } from '../dom/h.ts'"],
    ['web/src/state/a.ts', "import { h } from '../dom/h.ts'"],
    ['web/src/net/a.ts', "import { S } from '../state/pane.ts'"],
    ['web/src/actions/a.ts', "import { live } from '../net/live.ts'"],
    ['web/src/views/a.ts', "import { api } from '../net/api.ts'"],
    ['web/src/views/a.ts', "import { reduce } from '../../../shared/reduce.ts'"],
    ['web/src/main.ts', "import { gate } from '../../server/gate.ts'"],
  ])('%s: %s is a fault', (path, text) => {
    expect(faults(importFaults, path, text)).toBe(1)
  })

  test.each([
    ['shared/a.ts', "import * as v from 'valibot'"],
    ['server/hub/a.ts', "import type { Log } from '../log/log.ts'"],
    ['server/sessions/a.ts', "import type { Runtime } from '../runtimes/runtime.ts'"],
    ['server/routes/a.ts', "import type { Keys } from '../keys.ts'"],
    ['server/main.ts', "import { createHub } from './hub/hub.ts'"],
    ['web/src/views/a.ts', "import type { SessionState } from '../../../shared/state.ts'"],
    ['web/src/views/a.ts', "import { type Session, type Message } from '../../../shared/model.ts'"],
  ])('%s: %s is none', (path, text) => {
    expect(faults(importFaults, path, text)).toBe(0)
  })

  test('and so it is everywhere', () => {
    expect(faultsOf(importFaults, product)).toEqual([])
  })
})

describe('A file is one idea, and a function fits on a screen', () => {
  test('301 lines are too many, 300 are not', () => {
    expect(faults(sizeFaults, 'server/a.ts', `${'\n'.repeat(300)}let a`)).toBe(1)
    expect(faults(sizeFaults, 'server/a.ts', `${'\n'.repeat(299)}let a\n`)).toBe(0)
  })

  test('a function of 71 lines is too long, declared, assigned or a method', () => {
    const body = '\n'.repeat(70)
    const functions = [`function a() {${body}}`, `const a = () => {${body}}`, `class A { a() {${body}} }`]
    for (const text of functions) expect(faults(sizeFaults, 'server/a.ts', text)).toBe(1)
    expect(faults(sizeFaults, 'server/a.ts', `function a() {${body.slice(1)}}`)).toBe(0)
  })

  test('and so it is everywhere', () => {
    expect(faultsOf(sizeFaults, product)).toEqual([])
  })
})

describe('The page has no HTML sink', () => {
  test.each([
    'element.innerHTML = text',
    "element['outerHTML'] = text",
    "element.setAttribute('srcdoc', text)",
    'const { insertAdjacentHTML } = element',
    "h('iframe', { srcdoc: text })",
    'document.write(text)',
    'new DOMParser()',
    'element.setHTML(text)',
    'range.createContextualFragment(text)',
  ])('%s is one', (text) => {
    expect(faults(sinkFaults, 'web/src/a.ts', text)).toBe(1)
  })

  test('to name one in a comment or to refuse it is none, and there is none in the page', () => {
    const text = "// never innerHTML\nif (name === 'srcdoc') refuse()\nfile.write(text)"
    expect(faults(sinkFaults, 'web/src/a.ts', text)).toBe(0)
    expect(
      faultsOf(
        sinkFaults,
        product.filter(({ path }) => path.startsWith('web/')),
      ),
    ).toEqual([])
  })
})

describe('Nothing silences the compiler, a test or an error', () => {
  const on = (name: string) => `@ts-${name}`
  test.each([
    'const a: any = 1',
    'const a = b as any[]',
    `// ${on('ignore')}`,
    `// ${on('expect-error')} because`,
    `// ${'biome-ignore'} lint/suspicious/noConsole`,
    'test.only("a", run)',
    'describe.skip("a", run)',
    'try { a() } catch {}',
    'try { a() } catch (error) { }',
    'a().catch(() => {})',
    'a().catch(() => undefined)',
  ])('%s does', (text) => {
    expect(faults(silenceFaults, 'tests/a.ts', text)).toBe(1)
  })

  test('a reason given, a condition or a handler does not', () => {
    const text = `// ${'biome-ignore'} lint/a/b: it is the only way here\ntest.skipIf(a)("a", run)\nb().catch(report)`
    expect(faults(silenceFaults, 'tests/a.ts', text)).toBe(0)
  })

  test('and so it is everywhere', () => {
    expect(faultsOf(silenceFaults, [...product, ...tests])).toEqual([])
  })
})

describe('Colours are named in tokens.css alone', () => {
  test.each([
    'a { color: #fff }',
    'a { border: 1px solid rgb(1 2 3); }',
    'a { b { background: white } }',
    'a { color: oklch(1 0 0) }',
  ])('%s is a fault', (text) => {
    expect(faults(colourFaults, 'web/src/styles/row.css', text)).toBe(1)
    expect(faults(colourFaults, 'web/src/styles/tokens.css', text)).toBe(0)
  })

  test('an id, a mix of tokens or a comment is none', () => {
    const text = '#add:hover { white-space: pre; color: color-mix(in oklch, var(--ink) 50%, transparent) } /* #fff */'
    expect(faults(colourFaults, 'web/src/styles/row.css', text)).toBe(0)
  })

  test('and so it is everywhere', () => {
    expect(faultsOf(colourFaults, product)).toEqual([])
  })
})

describe('A bare clone can be installed on every platform, from any registry', () => {
  test('a package that only another platform needs and that is not locked is a fault', () => {
    const lock = (packages: object) => JSON.stringify({ packages })
    const tool = { version: '1.0.0', optionalDependencies: { 'tool-darwin': '1.0.0' } }
    expect(lockFaults(lock({ 'node_modules/tool': tool }))).toHaveLength(1)
    expect(lockFaults(lock({ 'node_modules/tool': tool, 'node_modules/tool-darwin': {} }))).toHaveLength(1)
    expect(
      lockFaults(lock({ 'node_modules/a': { version: '1.0.0', resolved: 'https://a.example/a.tgz' } })),
    ).toHaveLength(1)
    expect(lockFaults(lock({ 'node_modules/tool': tool, 'node_modules/tool-darwin': { version: '1.0.0' } }))).toEqual(
      [],
    )
  })

  test('and so the lock file is', () => {
    expect(lockFaults(readFileSync(join(root, 'package-lock.json'), 'utf8'))).toEqual([])
  })
})
