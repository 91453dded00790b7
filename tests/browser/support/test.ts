/**
 * `test` for the browser: `heddle` is a server of its worker's own, `page` is logged in and shows Home. Several tests
 * share one server, one after another: each makes the sessions it needs. What the page throws fails the test.
 */
import { test as base, expect, type Page } from '@playwright/test'
import { type Heddle, launchHeddle } from './heddle.ts'

export { expect }

interface TestFixtures {
  /** For tests that break the page on purpose: `test.use({ allowPageErrors: true })`. */
  allowPageErrors: boolean
}

interface WorkerFixtures {
  heddle: Heddle
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  allowPageErrors: [false, { option: true }],
  heddle: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from this pattern what a fixture needs: nothing
    async ({}, use) => {
      const heddle = await launchHeddle()
      await use(heddle)
      await heddle.stop()
    },
    { scope: 'worker' },
  ],
  // One place for all pages of a test: those it opens itself, and other tabs, count as well.
  context: async ({ context, heddle, allowPageErrors }, use, testInfo) => {
    const faults: string[] = []
    context.on('weberror', (fault) => faults.push(wordsOf(fault.error())))
    context.on('console', (message) => {
      if (/Content Security Policy|TrustedScript/.test(message.text())) faults.push(message.text())
    })
    await use(context)
    if (testInfo.status !== testInfo.expectedStatus)
      await testInfo.attach('server log', { body: heddle.log(), contentType: 'text/plain' })
    if (!allowPageErrors) expect(faults, 'errors that the page threw').toEqual([])
  },
  page: async ({ page, heddle }, use) => {
    await logIn(page, heddle)
    await use(page)
  },
})

/** Opens `path` by a fresh login link and waits until the page has its key: it has been let in. */
export async function logIn(page: Page, heddle: Heddle, path = '/') {
  const letIn = page.waitForResponse((response) => response.url().endsWith('/api/bootstrap') && response.ok())
  await page.goto(await heddle.loginLink(path))
  await letIn
}

/** A rejected DOMException has no stack; its name says what it was. */
const wordsOf = ({ name, message, stack }: Error) => stack || `${name}: ${message}`
