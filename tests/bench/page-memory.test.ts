/** What a tab keeps of the chats that were read in it: as much after twenty as after ten. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Heddle, launchHeddle } from '../browser/support/heddle.ts'
import { openBrowser, openPage, visit } from './support/browser.ts'
import { printTable } from './support/figures.ts'
import { seed } from './support/seed.ts'

const visited = 20
const turns = 200
/** Twenty against ten: caches of the browser and of its compiler settle slowly; one more chat of ten would be 10 %. */
const flat = 1.1

let dataDir: string
let heddle: Heddle
let ids: string[]

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'))
  ids = await seed(
    dataDir,
    Array.from({ length: visited }, (_, index) => ({ title: `Long ${index}`, turns })),
  )
  heddle = await launchHeddle({ dataDir })
})

afterAll(async () => {
  await heddle?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('The memory of a tab that visits 20 long chats is flat after the tenth', async () => {
  const browser = await openBrowser()
  const page = await openPage(browser, heddle)
  const measure = await scales(page)
  const sizes = [await measure()]
  for (const id of ids) {
    await visit(page, id)
    await readAll(page)
    sizes.push(await measure())
  }
  const shown = [0, 1, 5, 10, 11, 12, 15, 20]
  printTable(
    `Memory of a tab after so many chats of ${turns} turns, each read to its beginning`,
    ['chats', 'JS heap MB', 'nodes', 'listeners'],
    shown.map((count) => {
      const { heapBytes, nodes, listeners } = sizes[count] as Size
      return [String(count), heapBytes / 1024 / 1024, String(nodes), String(listeners)]
    }),
  )
  await browser.close()
  const after = (count: number) => sizes[count] as Size
  expect(after(20).heapBytes).toBeLessThanOrEqual(after(10).heapBytes * flat)
  expect(after(20).nodes).toBeLessThanOrEqual(after(10).nodes * flat)
})

interface Size {
  heapBytes: number
  nodes: number
  listeners: number
}

async function scales(page: Page): Promise<() => Promise<Size>> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const { metrics } = await devtools.send('Performance.getMetrics')
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
    return { heapBytes: value('JSHeapUsedSize'), nodes: value('Nodes'), listeners: value('JSEventListeners') }
  }
}

/** Up to the first turn: then all of the chat is in the tab. */
async function readAll(page: Page): Promise<void> {
  const scroller = page.locator('.transcript')
  while ((await scroller.getByText('What does part 0 do').count()) === 0)
    await scroller.evaluate(async (element) => {
      element.scrollTop = 0
      await new Promise((resolve) => requestAnimationFrame(resolve))
    })
}
