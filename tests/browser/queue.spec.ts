import type { Page } from '@playwright/test'
import { openChat } from '../support/chat.ts'
import { answers, bubbles, clientOf, composer, rowOf } from './support/pane.ts'
import { expect, logIn, test } from './support/test.ts'

const queueOf = (page: Page) => page.getByRole('region', { name: 'Queued messages' })
const texts = (page: Page) => queueOf(page).locator('.queue-text')
const act = (page: Page, name: string, text: string) =>
  queueOf(page).getByRole('button', { name: `${name}: ${text}`, exact: true })

async function type(page: Page, text: string) {
  await composer(page).fill(text)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue('')
}

test('49. Queued messages are edited, re-ordered and taken out; they survive reload and show in other tabs', async ({
  page,
  context,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle), { title: 'Queue' })
  const { streamId } = await chat.send('/demo count 100000 @100')
  await page.goto(`${heddle.url}/session/${chat.id}`)
  const other = await context.newPage()
  await other.goto(`${heddle.url}/session/${chat.id}`)
  await page.bringToFront()
  for (const word of ['one', 'two', 'three']) await type(page, `/demo say ${word}`)
  await expect(texts(page)).toHaveText(['/demo say one', '/demo say two', '/demo say three'])
  await expect(rowOf(page, chat.id)).toContainText('3 queued')

  await texts(page).nth(1).click()
  const field = page.getByRole('textbox', { name: 'Edit what is queued' })
  await field.fill('/demo say never mind')
  await field.press('Escape')
  await expect(texts(page).nth(1)).toHaveText('/demo say two')
  await texts(page).nth(1).press('Enter')
  await field.fill('/demo say second')
  await field.press('Enter')
  await expect(texts(page)).toHaveText(['/demo say one', '/demo say second', '/demo say three'])
  await texts(page).nth(1).press('Alt+ArrowUp')
  await expect(texts(page)).toHaveText(['/demo say second', '/demo say one', '/demo say three'])
  await act(page, 'Move up', '/demo say three').click()
  await expect(texts(page)).toHaveText(['/demo say second', '/demo say three', '/demo say one'])
  await act(page, 'Take out of the queue', '/demo say three').click()
  const left = ['/demo say second', '/demo say one']
  await expect(texts(page)).toHaveText(left)
  await page.getByRole('button', { name: 'Keep as draft' }).click()
  await expect(composer(page)).toHaveValue('/demo say three')

  await expect(texts(other)).toHaveText(left)
  await page.reload()
  await expect(texts(page)).toHaveText(left)
  await chat.cancel(streamId)
  await expect(queueOf(page)).toContainText('The queue waits because the chat was stopped.')
  await queueOf(page).getByRole('button', { name: 'Resume' }).click()
  await expect(bubbles(page)).toContainText(['/demo count 100000 @100', '/demo say second', '/demo say one'])
  await expect(queueOf(page)).toBeHidden()
})

test('Send now stops what runs; the message goes first, the others follow', async ({ page, heddle }) => {
  const chat = await openChat(clientOf(heddle))
  await chat.send('/demo count 100000 @100')
  await page.goto(`${heddle.url}/session/${chat.id}`)
  for (const word of ['later', 'urgent']) await type(page, `/demo say ${word}`)
  await act(page, 'Send now', '/demo say urgent').click()
  await expect(bubbles(page)).toContainText(['/demo count 100000 @100', '/demo say urgent', '/demo say later'])
  await expect(answers(page).last()).toContainText('later')
  const { runs } = await chat.get()
  expect(runs.map(({ stopReason }) => stopReason)).toEqual(['cancelled', 'end_turn', 'end_turn'])
})

test('An edit of a message that is sent meanwhile is not lost: its words stand in the composer', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const chat = await openChat(client)
  await chat.send('/demo count 100000 @100')
  const { messageId } = await chat.send('/demo say sent')
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await texts(page).first().click()
  await page.getByRole('textbox', { name: 'Edit what is queued' }).fill('half a thought')
  await client.ok('POST', `/api/sessions/${chat.id}/queue/${messageId}/send-now`, {})
  await expect(composer(page)).toHaveValue('half a thought')
  await expect(bubbles(page).last()).toContainText('/demo say sent')
})

test('On a phone every button of the queue is as large as a thumb, and nothing is cut off', async ({
  browser,
  heddle,
}) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  const page = await context.newPage()
  const chat = await openChat(clientOf(heddle))
  const { streamId } = await chat.send('/demo count 100000 @100')
  for (const word of ['one', 'two', 'three'])
    await chat.send(`/demo say ${word} and a good deal more than fits in a line`)
  await logIn(page, heddle, `/session/${chat.id}`)
  await expect(texts(page)).toHaveCount(3)
  for (const button of await queueOf(page).getByRole('button').all()) {
    const box = await button.boundingBox()
    expect(box?.width).toBeGreaterThanOrEqual(44)
    expect(box?.height).toBeGreaterThanOrEqual(44)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360)
  }
  await chat.cancel(streamId)
  await expect(queueOf(page)).toContainText('The queue waits because the chat was stopped.')
  await context.close()
})
