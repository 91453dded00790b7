/** Going from one running chat to another: how many frames until it stands, how long that is, and what is asked of the server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Heddle, launchHeddle } from '../browser/support/heddle.ts'
import { type Chat, chatOf } from '../support/chat.ts'
import { createClient } from '../support/client.ts'
import { openBrowser, openPage, visit } from './support/browser.ts'
import { figuresOf, printTable } from './support/figures.ts'
import { seed } from './support/seed.ts'
import { busyMs, recordTrace } from './support/trace.ts'

const rounds = 20
const sessions = 200
/** So many panes the page keeps whole; the chats beyond are drawn anew from what the tab knows. */
const keptPanes = 5

let dataDir: string
let heddle: Heddle
let browser: Browser
let page: Page
let chats: Chat[]

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'))
  const rest = Array.from({ length: sessions - 8 }, (_, index) => ({ title: `At rest ${index}`, turns: 1 }))
  const running = Array.from({ length: 8 }, (_, index) => ({ title: `Runs ${index}`, turns: 100 }))
  const ids = (await seed(dataDir, [...rest, ...running])).slice(-8)
  heddle = await launchHeddle({ dataDir })
  const client = createClient(heddle.url, heddle.key)
  chats = ids.map((id) => chatOf(client, id))
  browser = await openBrowser()
  page = await openPage(browser, heddle)
  for (const chat of chats) {
    await visit(page, chat.id)
    await chat.send('/demo count 100000 @20')
  }
})

afterAll(async () => {
  await browser?.close()
  await heddle?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('A running chat stands in the frame after the click, and nothing is asked of the server for it', async () => {
  const requests: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith('http')) requests.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  const kept = await goRound(chats.slice(-keptPanes))
  const anew = await goRound(chats)
  const row = ({ switches, ownMs }: Round, name: string) => {
    const { median, p95, most } = figuresOf(switches.map(({ ms }) => ms))
    return [name, Math.max(...switches.map(({ frames }) => frames)).toFixed(0), median, p95, most, ownMs]
  }
  printTable(
    `Switching to a running chat of 100 turns beside ${sessions} rows, ms from the click until its frame is drawn`,
    ['pane', 'frames', 'median', 'p95', 'most', 'main thread’s own, streams included'],
    [row(kept, 'kept'), row(anew, 'drawn anew')],
  )
  const all = [...kept.switches, ...anew.switches]
  process.stdout.write(`requests by the page in ${all.length} switches: ${requests.length}\n`)
  expect(requests).toEqual([])
  expect(Math.max(...all.map(({ frames }) => frames))).toBe(1)
})

interface Switch {
  frames: number
  ms: number
}

interface Round {
  switches: Switch[]
  /** Of one switch, on average. */
  ownMs: number
}

async function goRound(among: readonly Chat[]): Promise<Round> {
  const go = async (count: number) => {
    const switches: Switch[] = []
    for (let at = 0; at < count; at++) switches.push(await goTo(page, (among[at % among.length] as Chat).id))
    return switches
  }
  await go(among.length)
  const trace = await recordTrace(browser, page, () => go(rounds))
  return { switches: await go(rounds), ownMs: busyMs(trace) / rounds }
}

/** Clicks the row, and counts frames until the last turn on screen is the one of this chat that runs. */
function goTo(page: Page, sessionId: string): Promise<Switch> {
  return page.evaluate(async (sessionId) => {
    const drawn = new MessageChannel()
    /** Resolves when the next frame has been drawn. */
    const frame = () =>
      new Promise<void>((resolve) => {
        drawn.port1.onmessage = () => resolve()
        requestAnimationFrame(() => drawn.port2.postMessage(null))
      })
    const link = document.querySelector<HTMLElement>(`.row-link[href="/session/${sessionId}"]`)
    const title = link?.querySelector('.row-title')?.textContent ?? ''
    const stands = () =>
      document.querySelector('.pane .pane-head')?.textContent?.includes(title) === true &&
      document.querySelector('.pane .turn.is-live .prose')?.textContent?.startsWith('1 2 3') === true
    await frame()
    const startedAt = performance.now()
    link?.click()
    let frames = 0
    do {
      await frame()
      frames++
    } while (!stands() && frames < 100)
    return { frames, ms: performance.now() - startedAt }
  }, sessionId)
}
