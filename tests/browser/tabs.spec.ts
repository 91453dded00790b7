import type { Page } from '@playwright/test'
import { openChat } from '../support/chat.ts'
import { answers, bubbles, clientOf, composer, expectDense, press, rowOf, switchTo } from './support/pane.ts'
import { expect, logIn, test } from './support/test.ts'

test('1. A is open in two tabs while it runs: both show every token, in order, each once', async ({
  page,
  context,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle), { title: 'Two tabs' })
  const second = await context.newPage()
  await Promise.all([page, second].map((tab) => tab.goto(`${heddle.url}/session/${chat.id}`)))
  await chat.send('/demo count 150 @50')
  for (const tab of [page, second]) {
    await tab.bringToFront()
    await expectDense(tab, 20)
  }
  for (const tab of [page, second]) {
    await tab.bringToFront()
    expect(await expectDense(tab, 150)).toBe(150)
  }
})

test('2. A fresh browser opens /session/A in mid-run: all so far is there at once, each once; then the rest', async ({
  browser,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  await chat.send('/demo tool reading 20; count 200 @60')
  await chat.until((event) => event.type === 'agent_message_chunk' && event.text.includes('40 '))
  const context = await browser.newContext()
  const page = await context.newPage()
  await logIn(page, heddle, `/session/${chat.id}`)
  await expect(page.locator('.tool')).toHaveCount(1)
  await expectDense(page, 40)
  expect(await expectDense(page, 200)).toBe(200)
  await expect(page.locator('.tool')).toHaveCount(1)
  await expect(bubbles(page)).toHaveCount(1)
  await context.close()
})

test('3. Twelve tabs of one browser, each with its own running session, over HTTP/1.1: all stream, and any request is answered within a second', async ({
  context,
  page,
  heddle,
}) => {
  test.setTimeout(120_000)
  const client = clientOf(heddle)
  const chats = await Promise.all(Array.from({ length: 12 }, (_, index) => openChat(client, { title: `Tab ${index}` })))
  const tabs = [page]
  while (tabs.length < 12) tabs.push(await context.newPage())
  for (const [index, tab] of tabs.entries()) await tab.goto(`${heddle.url}/session/${chats[index]?.id}`)
  await Promise.all(chats.map((chat) => chat.send('/demo count 3000 @40')))
  for (const tab of tabs) {
    await tab.bringToFront()
    await expectDense(tab, 5)
    const tookMs = await tab.evaluate(async () => {
      const before = performance.now()
      await fetch('/api/health', { cache: 'no-store' })
      return performance.now() - before
    })
    expect(tookMs).toBeLessThan(1000)
  }
  for (const chat of chats) {
    const { session } = await chat.get()
    expect(session.state).toBe('running')
    await chat.cancel(session.activeStreamId ?? '')
  }
})

test('4. With an approval pending in a streaming tab, the click’s request leaves at once, not behind a stream', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [asking, busy] = [await openChat(client, { title: 'Asks' }), await openChat(client, { title: 'Streams' })]
  await busy.send('/demo count 2000 @50')
  await asking.send('/demo ask make')
  await page.goto(`${heddle.url}/session/${busy.id}`)
  await expectDense(page, 5)
  const allow = rowOf(page, asking.id).getByRole('button', { name: /^Allow once/ })
  await expect(allow).toBeVisible()
  const [request] = await Promise.all([page.waitForRequest(/permissions/), press(allow)])
  const response = await request.response()
  expect(response?.status()).toBe(200)
  expect(request.timing().responseEnd).toBeLessThan(1000)
  const { session } = await busy.get()
  await busy.cancel(session.activeStreamId ?? '')
})

test('5. Tab 1 changes session: tab 2 does not move, and sends to its own. A reloaded tab comes back to its own', async ({
  page,
  context,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'First' }), await openChat(client, { title: 'Second' })]
  const other = await context.newPage()
  await page.goto(`${heddle.url}/session/${a.id}`)
  await other.goto(`${heddle.url}/session/${a.id}`)
  await page.bringToFront()
  await switchTo(page, b.id)
  expect(new URL(other.url()).pathname).toBe(`/session/${a.id}`)
  await other.bringToFront()
  await composer(other).fill('/demo say from the second tab')
  await composer(other).press('Enter')
  await expect(answers(other)).toContainText('from the second tab')
  expect((await a.get()).session.messageCount).toBe(2)
  expect((await b.get()).session.messageCount).toBe(0)
  await other.reload()
  await expect(answers(other)).toContainText('from the second tab')
  expect(new URL(other.url()).pathname).toBe(`/session/${a.id}`)
})

test('23. A turn that starts elsewhere shows in an open tab without a refresh', async ({ page, heddle }) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await expect(composer(page)).toBeVisible()
  await chat.send('/demo say hello from elsewhere')
  await expect(bubbles(page)).toHaveCount(1)
  await expect(answers(page)).toContainText('hello from elsewhere')
})

test('54. A rename, pin, archive or finish shows in every other tab within a second, without polling', async ({
  page,
  context,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle), { title: 'Before' })
  const other = await context.newPage()
  await other.goto(heddle.url)
  await expect(rowOf(other, chat.id)).toContainText('Before')
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await page.bringToFront()
  await page.locator('.pane-title').click()
  await page.getByRole('textbox', { name: 'Title' }).fill('After')
  await page.keyboard.press('Enter')
  await expect(rowOf(page, chat.id)).toContainText('After')
  await other.bringToFront()
  await expect(rowOf(other, chat.id)).toContainText('After', { timeout: 1000 })
  const client = clientOf(heddle)
  const newer = await openChat(client, { title: 'Newer' })
  const order = async (tab: Page) => {
    const titles = await tab.locator('.row-title').allInnerTexts()
    return titles.indexOf('After') < titles.indexOf('Newer') ? 'pinned first' : 'newest first'
  }
  await expect(rowOf(other, newer.id)).toContainText('Newer')
  expect(await order(other)).toBe('newest first')
  await client.ok('PATCH', `/api/sessions/${chat.id}`, { pinned: true })
  await expect.poll(() => order(other), { timeout: 1000 }).toBe('pinned first')
  const { streamId } = await chat.send('/demo count 10 @50')
  await expect(rowOf(other, chat.id)).toHaveClass(/is-running/, { timeout: 1000 })
  await chat.turn(streamId)
  await expect(rowOf(other, chat.id)).not.toHaveClass(/is-running/, { timeout: 1000 })
  await client.ok('PATCH', `/api/sessions/${chat.id}`, { archived: true })
  await expect(rowOf(other, chat.id)).toHaveCount(0, { timeout: 1000 })
})
