/** What streaming costs the page: script per frame, in a transcript of a thousand turns, with one chat streaming and with ten. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Heddle, launchHeddle } from '../browser/support/heddle.ts'
import { type Chat, chatOf } from '../support/chat.ts'
import { createClient } from '../support/client.ts'
import { openBrowser, openPage, visit } from './support/browser.ts'
import { printTable } from './support/figures.ts'
import { seed } from './support/seed.ts'
import { frameCosts, recordTrace } from './support/trace.ts'

const scriptMsP95 = 2
const turns = 1_000
/** The window of the trace, in the middle of a stream. */
const traceMs = 8_000
const chunksPerSecond = 80
/** Of the thousand: close to the most that the page mounts at once. */
const mountedTurns = 250

let dataDir: string
let heddle: Heddle
let browser: Browser
let page: Page
let long: Chat
let others: Chat[]

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'))
  const pasts = Array.from({ length: 9 }, (_, index) => ({ title: `Beside ${index}`, turns: 60 }))
  const ids = await seed(dataDir, [...pasts, { title: 'A thousand turns', turns }])
  heddle = await launchHeddle({ dataDir })
  const client = createClient(heddle.url, heddle.key)
  const chats = ids.map((id) => chatOf(client, id))
  long = chats.at(-1) as Chat
  others = chats.slice(0, -1)
  browser = await openBrowser()
  page = await openPage(browser, heddle)
  await visit(page, long.id)
  await bringAll(page)
})

afterAll(async () => {
  await browser?.close()
  await heddle?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('Streaming below 1,000 turns takes at most 2 ms of script per frame (p95)', async () => {
  const rows: Row[] = []
  const counting = `/demo count ${chunksPerSecond * 20} @${chunksPerSecond}`
  rows.push(await measure('one paragraph that grows', [[long, counting]]))
  rows.push(await measure('Markdown, 100 words a second', [[long, `/demo ${paragraphs(60)}`]]))
  rows.push(await measure('Markdown, 400 words a second', [[long, `/demo ${'gallery; '.repeat(40)}`]]))
  for (const chat of others) await visit(page, chat.id)
  await visit(page, long.id)
  rows.push(
    await measure(
      'ten chats at once',
      [long, ...others].map((chat) => [chat, counting]),
    ),
  )
  printTable(
    `Script per frame below ${turns} turns, ms: the thread’s own time, and by the clock`,
    ['stream', 'turns mounted', 'frames', 'median', 'p95', 'most', 'clock p95', '+layout p95', 'GC p95', 'GC most'],
    rows,
  )
  for (const [name, , , , p95] of rows) expect(p95, String(name)).toBeLessThanOrEqual(scriptMsP95)
})

type Row = [string, string, string, ...number[]]

async function measure(name: string, streams: readonly (readonly [Chat, string])[]): Promise<Row> {
  const sent = await Promise.all(streams.map(async ([chat, text]) => ({ chat, ...(await chat.send(text)) })))
  await page.locator('.turn.is-live .prose').waitFor()
  const mounted = await page.locator('.turn').count()
  // Not a wait for anything: the stream as it is for so long is what is measured.
  const trace = await recordTrace(browser, page, () => page.waitForTimeout(traceMs))
  await Promise.all(sent.map(({ chat, streamId }) => chat.cancel(streamId)))
  await page.locator('.turn.is-live').waitFor({ state: 'detached' })
  const { cpu, wall, frames } = frameCosts(trace)
  const { median, p95, most } = cpu.script
  return [
    ...([name, String(mounted), String(frames), median, p95, most] as const),
    ...[wall.script.p95, cpu.withLayout.p95, cpu.garbage.p95, cpu.garbage.most],
  ]
}

/** Reads up to the first turn, so that the page holds all of them; back at the end, reads up until many are mounted. */
async function bringAll(page: Page): Promise<void> {
  const scroller = page.locator('.transcript')
  const first = scroller.getByText('What does part 0 do')
  const last = scroller.getByText(`What does part ${turns - 1} do`)
  await read(page, 'up', async () => (await first.count()) > 0)
  await page.locator('.jump').click()
  await last.waitFor()
  await read(page, 'up', async () => (await scroller.locator('.turn').count()) >= mountedTurns)
  await read(page, 'down', async () => (await last.count()) > 0 && (await page.locator('.jump').isHidden()))
}

async function read(page: Page, way: 'up' | 'down', isFar: () => Promise<boolean>): Promise<void> {
  while (!(await isFar()))
    await page.locator('.transcript').evaluate(async (element, way) => {
      element.scrollTop = way === 'up' ? 0 : element.scrollHeight
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }, way)
}

/** What an agent explains: bold, code and links in paragraphs, items and heads. */
function paragraphs(count: number): string {
  const begin = ['## Step', '-', '', '1.', '']
  const words =
    'It **keeps** the `state` of one part and tells [the other](https://example.org/a) what *has* changed in it'
  return Array.from(
    { length: count },
    (_, index) => `say ${begin[index % 5]} ${index}: ${`${words}, `.repeat(3)}`,
  ).join('; ')
}
