/** What a person sees and presses, by the names that the page gives it. */
import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { createClient } from '../../support/client.ts'
import type { Heddle } from './heddle.ts'

export const clientOf = (heddle: Heddle) => createClient(heddle.url, heddle.key)

/** The sidebar's row of a session. */
export const rowOf = (page: Page, sessionId: string): Locator =>
  page.locator('.row').filter({ has: page.locator(`a[href="/session/${sessionId}"]`) })

/** What the agents have said in the pane, as it stands on screen. */
export const answers = (page: Page): Locator => page.locator('.answer-parts')
export const bubbles = (page: Page): Locator => page.locator('.bubble')
export const card = (page: Page, pendingId: string): Locator => page.locator(`main [data-pending="${pendingId}"]`)

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' })
export const stopButton = (page: Page): Locator => page.locator('.composer').getByRole('button', { name: /^Stop/ })
export const sendButton = (page: Page): Locator => page.locator('.composer').getByRole('button', { name: /^Send/ })

/** Switches as a person does: by the row, without loading the page anew. */
export async function switchTo(page: Page, sessionId: string): Promise<void> {
  await rowOf(page, sessionId).getByRole('link').click()
  await page.waitForURL(`**/session/${sessionId}`)
}

/** The numbers of `/demo count` on screen, in order. */
export async function countOn(page: Page): Promise<number[]> {
  const text = (await page.locator('.answer-parts .prose').allInnerTexts()).join(' ')
  return (text.match(/(?<![\w.:])\d+(?![\w.:])/g) ?? []).map(Number)
}

/** 1, 2, 3 … without a gap, a double or a step back, and at least `least` of them. */
export async function expectDense(page: Page, least: number): Promise<number> {
  await expect.poll(async () => (await countOn(page)).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(least)
  const numbers = await countOn(page)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  return numbers.length
}

/** Requests that the page itself sends from now on, the worker's left out. */
export function recordRequests(page: Page): string[] {
  const seen: string[] = []
  page.on('request', (request) => {
    const { protocol, pathname } = new URL(request.url())
    if (protocol.startsWith('http')) seen.push(`${request.method()} ${pathname}`) // the favicon is a blob
  })
  return seen
}

/** Presses a card's button: again until it counts, for a card takes no click in its first half second. */
export async function press(button: Locator): Promise<void> {
  await expect(async () => {
    if ((await button.count()) > 0) await button.click({ timeout: 500 })
    await expect(button).toHaveCount(0, { timeout: 300 })
  }).toPass()
}
