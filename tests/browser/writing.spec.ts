import { openChat } from '../support/chat.ts'
import { clientOf, composer, expectDense, rowOf } from './support/pane.ts'
import { expect, test } from './support/test.ts'

test('A reload right after the last key loses nothing, nor does one while the server is away', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle), { title: 'Written in' })
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await composer(page).click()
  await page.keyboard.type('typed and reloaded')
  await page.reload()
  await expect(composer(page)).toHaveValue('typed and reloaded')
  await page.route('**/draft', (route) => route.abort('connectionrefused'))
  await composer(page).click()
  await page.keyboard.press('End')
  await page.keyboard.type(', unsaved')
  await page.reload()
  await expect(composer(page)).toHaveValue('typed and reloaded, unsaved')
  await page.unroute('**/draft')
  const draft = () => clientOf(heddle).ok<{ text: string }>('GET', `/api/sessions/${chat.id}/draft`)
  await expect.poll(async () => (await draft()).text, { timeout: 15_000 }).toBe('typed and reloaded, unsaved')
})

test('What is typed before the saved draft has come stands after it', async ({ page, heddle }) => {
  const client = clientOf(heddle)
  const chat = await openChat(client, { title: 'Slow to come' })
  await client.ok('PUT', `/api/sessions/${chat.id}/draft`, { text: 'an old thought', files: [] })
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/draft', async (route) => {
    const answer = await route.fetch()
    await held
    await route.fulfill({ response: answer })
  })
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await composer(page).click()
  await page.keyboard.type('quick')
  release()
  await expect(composer(page)).toHaveValue('an old thought\n\nquick')
  await page.keyboard.type('er')
  await expect(composer(page)).toHaveValue('an old thought\n\nquicker')
})

test('Who begins a chat on Home goes on writing in it, and answers it without a pointer', async ({ page }) => {
  await page.getByRole('textbox', { name: 'What shall we work on?' }).click()
  await page.keyboard.type('/demo ask npm publish')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/session/*')
  await expect(composer(page)).toBeFocused()
  const allow = page.locator('main .ask').getByRole('button', { name: /^Allow once/ })
  await expect(allow).toBeVisible()
  await expect(async () => {
    await page.keyboard.press('Shift+Tab')
    await expect(allow).toBeFocused({ timeout: 50 })
  }).toPass()
  await expect(async () => {
    if ((await allow.count()) > 0) await page.keyboard.press('Enter')
    await expect(allow).toHaveCount(0, { timeout: 300 })
  }).toPass()
  await expect(page.locator('main .outcome')).toBeFocused()
})

test('A row’s title is changed by the keyboard and the pointer, and the page stays the same', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle), { title: 'Old name' })
  await page.goto(`${heddle.url}/session/${chat.id}`)
  const row = rowOf(page, chat.id)
  await row.getByRole('link').focus()
  await page.keyboard.press('F2')
  const title = row.getByRole('textbox', { name: 'Title' })
  await title.click({ position: { x: 20, y: 8 } })
  await title.fill('New name')
  await page.keyboard.press('Enter')
  await expect(row.getByRole('link')).toBeFocused()
  await expect(row.locator('.row-title')).toHaveText('New name')
})

test('Esc in the search, or in an answer to another chat, stops nothing', async ({ page, heddle }) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Runs' }), await openChat(client, { title: 'Asks' })]
  const { streamId } = await a.send('/demo count 4000 @40')
  await b.send('/demo question What is your name?')
  await page.goto(`${heddle.url}/session/${a.id}`)
  const there = await expectDense(page, 5)
  await page.getByRole('searchbox', { name: 'Find a chat by its title' }).press('Escape')
  await rowOf(page, b.id).getByRole('textbox').press('Escape')
  await expectDense(page, there + 20)
  await composer(page).press('Escape')
  await expect.poll(async () => (await a.get()).session.state).toBe('idle')
  await a.cancel(streamId)
})
