import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Permission } from '../../shared/model.ts'
import { openChat } from '../support/chat.ts'
import { launchHeddle } from './support/heddle.ts'
import { answers, card, clientOf, expectDense, press, rowOf } from './support/pane.ts'
import { expect, logIn, test } from './support/test.ts'

test('42. Two approvals at once: both stand, "1 of 2", each answer reaches its own', async ({ browser }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-two-'))
  const agent = fileURLToPath(new URL('../fixtures/agents/asks-twice.mjs', import.meta.url))
  const entry = { id: 'twice', name: 'Asks twice', kind: 'agent', command: process.execPath, args: [agent] }
  await writeFile(join(dataDir, 'heddle.config.json'), JSON.stringify({ providers: [entry] }))
  const heddle = await launchHeddle({ dataDir })
  const page = await (await browser.newContext()).newPage()
  try {
    const chat = await openChat(clientOf(heddle), { provider: 'twice', title: 'Asks twice' })
    await chat.send('both')
    await logIn(page, heddle, `/session/${chat.id}`)
    const cards = page.locator('main .turn [data-pending]')
    await expect(cards.nth(0)).toContainText('1 of 2')
    await expect(cards.nth(1)).toContainText('2 of 2')
    await expect(rowOf(page, chat.id)).toContainText('1 of 2')
    await press(cards.nth(1).getByRole('button', { name: /^Reject/ }))
    await expect(answers(page).first()).toContainText('rejected: make second')
    await expect(cards.nth(0)).toContainText('make first')
    await press(cards.nth(0).getByRole('button', { name: /^Allow/ }))
    await expect(page.locator('main .turn')).toContainText('ran: make first')
  } finally {
    await page.context().close()
    await heddle.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
})

test('43. The event was missed: the card is there all the same after any reconnect, until resolved', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  await page.goto(`${heddle.url}/session/${chat.id}`)
  await page.close()
  await chat.send('/demo ask late look')
  const pending = await chat.pending()
  const fresh = await page.context().newPage()
  for (let round = 0; round < 2; round++) {
    await fresh.goto(`${heddle.url}/session/${chat.id}`)
    await expect(card(fresh, pending.id).getByRole('button', { name: /^Allow once/ })).toBeVisible()
  }
  await chat.decide(pending as Permission, 'reject_once')
  await expect(card(fresh, pending.id).getByRole('button', { name: /^Allow once/ })).toHaveCount(0)
})

test('44. The click’s request fails: the card stays, says so, and a retry decides once', async ({ page, heddle }) => {
  const chat = await openChat(clientOf(heddle))
  await chat.send('/demo ask try twice')
  const pending = await chat.pending()
  await page.goto(`${heddle.url}/session/${chat.id}`)
  const allow = card(page, pending.id).getByRole('button', { name: /^Allow once/ })
  await expect(allow).toBeVisible()
  let broken = true
  await page.route('**/permissions/**', (route) =>
    broken
      ? route.fulfill({
          status: 500,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            type: 'urn:heddle:problem:internal',
            title: 'Internal',
            status: 500,
            code: 'internal',
            detail: 'It broke.',
          }),
        })
      : route.continue(),
  )
  await expect(async () => {
    await allow.click()
    await expect(card(page, pending.id).getByRole('alert')).not.toHaveText('', { timeout: 300 })
  }).toPass()
  await expect(allow).toBeVisible()
  broken = false
  await press(allow)
  await expect(answers(page)).toContainText('ran: try twice')
  const events = await chat.until((event) => event.type === 'turn_ended')
  expect(events.filter((event) => event.type === 'permission_resolved')).toHaveLength(1)
})

test('45. Answered in another tab: this one says by whom and what', async ({ page, context, heddle }) => {
  const chat = await openChat(clientOf(heddle))
  await chat.send('/demo ask shared; wait 300')
  const pending = await chat.pending()
  const other = await context.newPage()
  for (const tab of [page, other]) await tab.goto(`${heddle.url}/session/${chat.id}`)
  await other.bringToFront()
  await expect(card(other, pending.id).getByRole('button', { name: /^Allow once/ })).toBeVisible()
  await press(card(other, pending.id).getByRole('button', { name: /^Allow once/ }))
  await page.bringToFront()
  await expect(card(page, pending.id)).toContainText(/[Aa]llowed/)
  await expect(card(page, pending.id).getByRole('button', { name: /^Allow once/ })).toHaveCount(0)
})

test('46. Approve from the row while looking at B: A goes on; B does not move', async ({ page, heddle }) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Row asks' }), await openChat(client, { title: 'On screen' })]
  await b.send('/demo count 200 @50')
  await page.goto(`${heddle.url}/session/${b.id}`)
  await expectDense(page, 5)
  await a.send('/demo ask from the row')
  const allow = rowOf(page, a.id).getByRole('button', { name: /^Allow once/ })
  await expect(allow).toBeVisible()
  await press(allow)
  const events = await a.until((event) => event.type === 'turn_ended')
  expect(events.some((event) => event.type === 'permission_delivered')).toBe(true)
  expect(new URL(page.url()).pathname).toBe(`/session/${b.id}`)
  expect(await expectDense(page, 200)).toBe(200)
})

test('48. What is shown is what is run: the whole command, also 16 KB of it, with look-alike, zero-width and right-to-left characters visible', async ({
  page,
  heddle,
}) => {
  const chat = await openChat(clientOf(heddle))
  const command = `echo ${'x'.repeat(16_000)}\u202egnp.exe\u200bhidden the-end`
  await chat.send(`/demo ask ${command}`)
  const pending = (await chat.pending()) as Permission
  expect(pending.subject.command).toBe(command)
  await page.goto(`${heddle.url}/session/${chat.id}`)
  const shown = card(page, pending.id).locator('pre').first()
  await expect(shown).toContainText('the-end')
  const text = (await shown.innerText()).replace(/\s/g, '')
  expect(text).toContain('x'.repeat(16_000))
  expect(text).not.toContain('\u202e')
  expect(text).not.toContain('\u200b')
  expect(text).toMatch(/202E/i)
  expect(text).toMatch(/200B/i)
})
