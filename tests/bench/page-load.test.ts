/** What the page costs until it can be used: bytes when it is new to a browser, time when it is not. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Heddle, launchHeddle } from '../browser/support/heddle.ts'
import { noted, noteReady, openBrowser, openPage } from './support/browser.ts'
import { figuresOf, kilobytes, printTable } from './support/figures.ts'
import { seed } from './support/seed.ts'
import { busyMs, recordTrace } from './support/trace.ts'
import { type Fetched, startWeigher } from './support/weigher.ts'

const firstLoadBytes = 60 * 1024
const readyWarmMs = 300
const loads = 11
/** The bootstrap brings 200 newest and all pinned ones: with these, a thousand. */
const pinned = 800
const sessions = 1_000
const homeReady = '.home textarea'
const chatReady = '.transcript .turn'

let dataDir: string
let heddle: Heddle
let sessionId: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'))
  const others = Array.from({ length: sessions - 1 }, (_, index) => ({
    title: `A chat about part ${index} of the work`,
    turns: 1,
    pinned: index < pinned,
  }))
  sessionId = (await seed(dataDir, [...others, { title: 'The long one', turns: 100 }])).at(-1) as string
  heddle = await launchHeddle({ dataDir })
})

afterAll(async () => {
  await heddle?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('What a browser fetches to show Home for the first time is at most 60 KB gzipped', async () => {
  const home = await weigh('/', homeReady)
  const session = await weigh(`/session/${sessionId}`, chatReady)
  const names = [...new Set([...home.files, ...session.files, ...home.later].map(({ path }) => path))]
  const cell = (files: readonly Fetched[], path: string) => {
    const found = files.find((file) => file.path === path)
    return found ? kilobytes(found.bytes) : '·'
  }
  printTable(
    'First load, gzipped, KB',
    ['file', '/', 'after, idle', '/session/…'],
    [
      ...names.map((path) => [
        path.startsWith('/session') ? '/session/…' : path,
        cell(home.files, path),
        cell(home.later, path),
        cell(session.files, path),
      ]),
      ['all', kilobytes(sum(home.files)), kilobytes(sum(home.later)), kilobytes(sum(session.files))],
      ['data (/api)', kilobytes(sum(home.data)), '·', kilobytes(sum(session.data))],
    ],
  )
  expect(home.files.every(({ encoding }) => encoding === 'gzip')).toBe(true)
  expect(sum(home.files)).toBeLessThanOrEqual(firstLoadBytes)
})

test('Warm, with 1,000 chats listed, the rows stand within 300 ms', async () => {
  const browser = await openBrowser()
  const rows: [string, ...number[]][] = []
  for (const [name, path, selector] of [
    ['Home, 1,000 rows', '/', homeReady],
    ['a chat of 100 turns beside them', `/session/${sessionId}`, chatReady],
  ] as const) {
    const page = await openPage(browser, heddle, path, (made) => noteReady(made, sessions, selector))
    await noted(page, 'all rows')
    const load = async () => {
      await page.goto('about:blank')
      await page.goto(`${heddle.url}${path}`, { waitUntil: 'commit' })
      const allMs = await noted(page, 'all rows')
      return { readyMs: await noted(page, 'ready'), allMs }
    }
    await load()
    const times: Awaited<ReturnType<typeof load>>[] = []
    for (let count = 0; count < loads; count++) times.push(await load())
    const trace = await recordTrace(browser, page, load)
    const ready = times.map(({ readyMs }) => readyMs)
    const { median, most } = figuresOf(ready)
    const all = figuresOf(times.map(({ allMs }) => allMs)).median
    rows.push([name, Math.min(...ready), median, most, all, busyMs(trace)])
    await page.context().close()
  }
  const head = ['page', 'least', 'median', 'most', 'all rows, median', 'main thread’s own']
  printTable('Ready, warm, ms from the start of the navigation', head, rows)
  await browser.close()
  expect(
    rows[0]?.[2],
    'the median; on a busy machine see the least, and the main thread’s own time',
  ).toBeLessThanOrEqual(readyWarmMs)
})

/** The conversation's chunk: Home has it fetched when nothing else is to be done. */
const isConversation = ({ path, bytes }: Fetched) => path.startsWith('/assets/pane-') && bytes > 0
const sum = (files: readonly Fetched[]) => files.reduce((bytes, file) => bytes + file.bytes, 0)

async function weigh(path: string, selector: string) {
  const weigher = await startWeigher(heddle.url, 'gzip')
  const browser = await openBrowser({ server: weigher.server })
  try {
    const page = await openPage(browser, heddle, path, (made) => noteReady(made, sessions, selector))
    const readyAt = await noted(page, 'ready')
    await noted(page, 'all rows')
    await vi.waitFor(() => expect(weigher.fetched.some(isConversation)).toBe(true), 10_000)
    const isData = ({ path }: Fetched) => path.startsWith('/api/')
    const after = await page.evaluate(
      (readyAt) =>
        performance
          .getEntriesByType('resource')
          .filter(({ startTime }) => startTime > readyAt)
          .map(({ name }) => new URL(name).pathname),
      readyAt,
    )
    const files = weigher.fetched.filter((entry) => !isData(entry))
    const isLater = ({ path }: Fetched) => after.includes(path)
    return {
      files: files.filter((entry) => !isLater(entry)),
      later: files.filter(isLater),
      data: weigher.fetched.filter(isData),
    }
  } finally {
    await browser.close()
    await weigher.close()
  }
}
