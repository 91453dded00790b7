import { openChat } from '../support/chat.ts'
import { answers, bubbles, clientOf, composer, countOn, expectDense, rowOf, switchTo } from './support/pane.ts'
import { expect, test } from './support/test.ts'

test('18. Root / with a running saved session: an idle Home, the row shows it running', async ({ page, heddle }) => {
  const chat = await openChat(clientOf(heddle), { title: 'Runs behind' })
  const { streamId } = await chat.send('/demo count 1000 @50')
  await page.goto(heddle.url)
  await expect(rowOf(page, chat.id)).toHaveClass(/is-running/)
  await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible()
  await expect(page.locator('main').getByRole('button', { name: /^Stop/ })).toHaveCount(0)
  expect(await countOn(page)).toEqual([])
  await chat.cancel(streamId)
})

test('21. Reload in mid-run: the prompt once; yet the same text sent twice on purpose stands twice', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await composer(page).fill('/demo count 120 @60')
  await composer(page).press('Enter')
  await expectDense(page, 10)
  await page.reload()
  await expectDense(page, 10)
  await expect(bubbles(page)).toHaveCount(1)
  expect(await expectDense(page, 120)).toBe(120)
  await composer(page).fill('/demo say same')
  await composer(page).press('Enter')
  await expect(bubbles(page)).toHaveCount(2)
  await composer(page).fill('/demo say same')
  await composer(page).press('Enter')
  await expect(bubbles(page)).toHaveCount(3)
})

test('22. Reader scrolled up: text streams, settles; the reading position does not move. Following starts again only at the bottom', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  const long = Array.from({ length: 12 }, (_, index) => `say Paragraph ${index} ${'of words '.repeat(60)}`).join('; ')
  await chat.turn((await chat.send(`/demo ${long}`)).streamId)
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await expect(answers(page)).toContainText('Paragraph 11')
  const { streamId } = await chat.send('/demo count 400 @150')
  await expectDenseTail(page)
  await page.mouse.move(700, 300)
  await page.mouse.wheel(0, -900)
  const anchor = () =>
    page.evaluate(() => {
      const bubble = document.querySelector('.bubble')
      const node = document.elementFromPoint(700, 300)
      return { top: Math.round(bubble?.getBoundingClientRect().top ?? 0), at: node?.textContent?.slice(0, 80) }
    })
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  const before = await anchor()
  await chat.turn(streamId)
  await expect(rowOf(page, chat.id)).not.toHaveClass(/is-running/)
  expect(await anchor()).toEqual(before)
  await page.mouse.wheel(0, 100_000)
  const next = await chat.send('/demo say the end of it')
  await chat.turn(next.streamId)
  await expect(page.getByText('the end of it', { exact: false }).last()).toBeInViewport()
})

async function expectDenseTail(page: import('@playwright/test').Page) {
  await expect.poll(async () => (await countOn(page)).length).toBeGreaterThan(20)
}

test('27. What was shown during the run is there after it', async ({ page, heddle }) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  const { streamId } = await chat.send(
    '/demo think first; say kept words; plan one | two; tool work 20; diff src/kept.ts; count 30 @100',
  )
  await expectDenseTail(page)
  const parts = ['.thought', '.plan', '.tool', '.diff']
  const during = await Promise.all(parts.map((part) => page.locator(part).count()))
  expect(Math.min(...during)).toBeGreaterThan(0)
  await chat.turn(streamId)
  await expect(rowOf(page, chat.id)).not.toHaveClass(/is-running/)
  for (const round of ['settled', 'reloaded']) {
    await expect(answers(page), round).toContainText('kept words')
    expect(await Promise.all(parts.map((part) => page.locator(part).count())), round).toEqual(during)
    await page.reload()
  }
})

test('32. The send was accepted and the page’s answer is lost: the stream is attached all the same', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await expect(composer(page)).toBeVisible()
  let lost = 0
  await page.route('**/turns', async (route) => {
    if (lost++ > 0) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await composer(page).fill('/demo count 30 @60')
  await composer(page).press('Enter')
  expect(await expectDense(page, 30)).toBe(30)
  await expect(bubbles(page)).toHaveCount(1)
  await expect(composer(page)).toHaveValue('')
})

test('52. First turn of a new session: the row is there, named, running', async ({ page, heddle }) => {
  await page.goto(heddle.url)
  await page
    .getByRole('radio', { name: /^Demo\b/ })
    .first()
    .click()
  const field = page.locator('main').getByRole('textbox').first()
  await field.fill('/demo count 100 @50')
  await field.press('Enter')
  await page.waitForURL('**/session/ses_*')
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await expect(rowOf(page, id)).toHaveClass(/is-running/)
  await expect(rowOf(page, id)).toContainText('/demo count 100 @50')
  await expectDense(page, 20)
})

test('53. Unread clears on visit, in every tab; a finish while the tab was hidden stays unread', async ({
  page,
  context,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Finishes' }), await openChat(client, { title: 'Looked at' })]
  await page.goto(`${heddle.url}/session/${b.id}`)
  const other = await context.newPage()
  await other.goto(heddle.url)
  await page.bringToFront()
  await a.turn((await a.send('/demo say done')).streamId)
  await expect(rowOf(page, a.id)).toHaveClass(/is-unread/)
  await switchTo(page, a.id)
  await expect(rowOf(page, a.id)).not.toHaveClass(/is-unread/)
  await other.bringToFront()
  await expect(rowOf(other, a.id)).not.toHaveClass(/is-unread/)
})
