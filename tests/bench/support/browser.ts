/** A browser that is logged in, as the page's benches need it. */
import { type Browser, chromium, type Page } from '@playwright/test'
import { browserFlags, findBrowser } from '../../browser/support/find-browser.mjs'
import type { Heddle } from '../../browser/support/heddle.ts'

export async function openBrowser(proxy?: { server: string }): Promise<Browser> {
  return chromium.launch({ executablePath: await findBrowser(), args: browserFlags, ...(proxy ? { proxy } : {}) })
}

/** A page in a profile of its own, logged in and showing `path`; `onMade` gets it before it has loaded anything. */
export async function openPage(
  browser: Browser,
  heddle: Heddle,
  path = '/',
  onMade?: (page: Page) => Promise<unknown>,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await onMade?.(page)
  await page.goto(await heddle.loginLink(path))
  await page.waitForFunction(() => !location.hash.includes('code='))
  return page
}

/** Goes to a session as a person does, and waits until its conversation stands. */
export async function visit(page: Page, sessionId: string): Promise<void> {
  await page.locator(`.row-link[href="/session/${sessionId}"]`).click()
  await page.locator(`.transcript .turn`).last().waitFor()
}

/** From now on each load notes when the rows on screen and what `selector` means have been drawn, and when all rows are there. */
export function noteReady(page: Page, rows: number, selector: string) {
  return page.addInitScript(
    ({ rows, selector }) => {
      const noteWhenDrawn = (name: string, isThere: () => boolean) => {
        const drawn = new MessageChannel()
        drawn.port1.onmessage = () => performance.mark(name)
        const look = () => {
          if (isThere()) drawn.port2.postMessage(null)
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }
      const count = () => document.querySelectorAll('.row').length
      const fillScreen = () => (document.querySelector('.rows')?.getBoundingClientRect().bottom ?? 0) >= innerHeight
      noteWhenDrawn('ready', () => count() > 0 && fillScreen() && document.querySelector(selector) !== null)
      noteWhenDrawn('all rows', () => count() >= rows)
    },
    { rows, selector },
  )
}

/** Milliseconds from the start of the navigation until then. */
export async function noted(page: Page, name: 'ready' | 'all rows'): Promise<number> {
  const mark = await page.waitForFunction((name) => performance.getEntriesByName(name)[0]?.startTime, name)
  return (await mark.jsonValue()) as number
}
