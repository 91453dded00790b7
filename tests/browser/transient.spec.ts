import { openChat } from '../support/chat.ts'
import { answers, bubbles, clientOf, composer, rowOf, stopButton } from './support/pane.ts'
import { expect, test } from './support/test.ts'

test('41. A service that fails is waited for on screen, in the chat and in its row, and then it goes through', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await chat.send('/demo fail 503 2; say through at last')
  const notices = page.locator('main .notice')
  await expect(notices.nth(0)).toContainText('The model service answered 503.')
  await expect(rowOf(page, chat.id)).toContainText('Trying again')
  await expect(notices.nth(1)).toContainText(/Trying again in \d s · 3 of 4/)
  await expect(notices.nth(0)).toContainText('Try 1 of 4 failed.')
  await expect(answers(page)).toContainText('through at last')
  await expect(notices.nth(1)).toContainText('Try 2 of 4 failed.')
  await expect(page.locator('main .recovery')).toHaveCount(0)
})

test('41. Stop ends the wait at once, and its card can send the prompt again', async ({ page, heddle }) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await chat.send('/demo fail 503 100; say never')
  await expect(page.locator('main .notice')).toContainText('Trying again in')
  await stopButton(page).click()
  await expect(page.locator('main .recovery')).toContainText('stopped this turn', { timeout: 1_000 })
  await expect(page.locator('main .notice')).toContainText('Try 1 of 4 failed.')
  await page.getByRole('button', { name: 'Edit and send again' }).click()
  await expect(composer(page)).toHaveValue('/demo fail 503 100; say never')
})

test('41. The card after a failure: try again sends the prompt again, another model can be chosen', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await chat.send('/demo say first; fail 503; say second')
  const card = page.locator('main .recovery')
  await expect(card).toContainText('The model service answered 503.')
  await card.getByRole('button', { name: 'Choose another model' }).click()
  await page
    .getByRole('option', { name: /Worker/ })
    .first()
    .click()
  await expect(page.locator('.composer').getByRole('button', { name: /^Model: .*Worker/ })).toBeVisible()
  await card.getByRole('button', { name: 'Try again' }).click()
  await expect(answers(page).last()).toContainText('second')
  await expect(bubbles(page)).toHaveCount(2)
})
