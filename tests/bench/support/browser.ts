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

/** From now on each load notes when the frame with so many rows, and with what else it is about, has been drawn. */
export function noteReady(page: Page, rows: number, selector: string) {
  return page.addInitScript(
    ({ rows, selector }) => {
      const drawn = new MessageChannel()
      drawn.port1.onmessage = () => performance.mark('ready')
      const look = () => {
        const isThere = document.querySelectorAll('.row').length >= rows && document.querySelector(selector)
        if (isThere) drawn.port2.postMessage(null)
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    },
    { rows, selector },
  )
}

/** Milliseconds from the start of the navigation until then. */
export async function readyMs(page: Page): Promise<number> {
  const ready = await page.waitForFunction(() => performance.getEntriesByName('ready')[0]?.startTime)
  return (await ready.jsonValue()) as number
}
