/** A browser that is logged in, as the page's benches need it. */
import { type Browser, chromium, type Page } from '@playwright/test'
import { browserFlags, findBrowser } from '../../browser/support/find-browser.mjs'
import type { Heddle } from '../../browser/support/heddle.ts'

export async function openBrowser(proxy?: { server: string }): Promise<Browser> {
  return chromium.launch({ executablePath: await findBrowser(), args: browserFlags, ...(proxy ? { proxy } : {}) })
}

/** A page in a profile of its own, logged in and showing `path`. */
export async function openPage(browser: Browser, heddle: Heddle, path = '/'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(await heddle.loginLink(path))
  await page.waitForFunction(() => !location.hash.includes('code='))
  return page
}

/** Goes to a session as a person does, and waits until its conversation stands. */
export async function visit(page: Page, sessionId: string): Promise<void> {
  await page.locator(`.row-link[href="/session/${sessionId}"]`).click()
  await page.locator(`.transcript .turn`).last().waitFor()
}
