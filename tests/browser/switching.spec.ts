import { openChat, textOfEvents } from '../support/chat.ts'
import {
  answers,
  card,
  clientOf,
  composer,
  countOn,
  expectDense,
  press,
  recordRequests,
  rowOf,
  sendButton,
  stopButton,
  switchTo,
} from './support/pane.ts'
import { expect, test } from './support/test.ts'

test('11. A runs; A → B → A: A is live, no gap, no doubling, Stop right, and no request was needed to get there', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Runs' }), await openChat(client, { title: 'Rests' })]
  await page.goto(`${heddle.url}/session/${a.id}`)
  await a.send('/demo count 400 @60')
  await expectDense(page, 10)
  await switchTo(page, b.id)
  await expect(sendButton(page)).toBeVisible()
  const requests = recordRequests(page)
  await switchTo(page, a.id)
  await expect(stopButton(page)).toBeVisible()
  const there = await expectDense(page, 10)
  await expectDense(page, there + 10)
  expect(requests.filter((request) => !/PATCH|\/draft$/.test(request))).toEqual([])
  await stopButton(page).click()
  await expect(sendButton(page)).toBeVisible()
})

test('12. A’s render is already scheduled when the user switches to B: not one token of A in B', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Floods' }), await openChat(client, { title: 'Quiet' })]
  await page.goto(`${heddle.url}/session/${a.id}`)
  const { streamId } = await a.send('/demo count 2000 @400')
  await expectDense(page, 20)
  for (let round = 0; round < 10; round++) {
    await switchTo(page, b.id)
    const seen = await page.evaluate(async () => {
      const texts: string[] = []
      for (let frame = 0; frame < 6; frame++) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
        texts.push([...document.querySelectorAll('.answer-parts')].map((node) => node.textContent).join(''))
      }
      return texts.join('')
    })
    expect(seen).toBe('')
    await switchTo(page, a.id)
    await expectDense(page, 20)
  }
  await a.cancel(streamId)
})

test('13. A is busy: B shows Send, no spinner, no Stop, also before B’s messages have loaded', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Busy' }), await openChat(client, { title: 'Free' })]
  const { streamId } = await a.send('/demo count 2000 @50')
  await page.goto(`${heddle.url}/session/${a.id}`)
  await expect(stopButton(page)).toBeVisible()
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(`**/api/sessions/${b.id}**`, async (route) => {
    await held
    await route.continue()
  })
  await switchTo(page, b.id)
  await expect(sendButton(page)).toBeVisible()
  await expect(stopButton(page)).toBeHidden()
  await expect(page.locator('main .running')).toHaveCount(0)
  release()
  await a.cancel(streamId)
})

test('14. A waits in a quiet phase: after A → B → A cards, thinking and prompt stand as before', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Waits' }), await openChat(client, { title: 'Other' })]
  await page.goto(`${heddle.url}/session/${a.id}`)
  await a.send('/demo think quietly; tool long 60000')
  await expect(page.locator('.tool')).toBeVisible()
  const shape = () =>
    page
      .locator('.turn')
      .evaluate((turn) => [...turn.querySelectorAll('*')].map((node) => node.className?.toString()).join('|'))
  const before = await shape()
  await switchTo(page, b.id)
  await switchTo(page, a.id)
  await expect(page.locator('.tool')).toBeVisible()
  expect(await shape()).toBe(before)
  const { session } = await a.get()
  await a.cancel(session.activeStreamId ?? '')
})

test('15. Text, tool, text, tool: the order is the true one, live, on return and after reload', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Ordered' }), await openChat(client, { title: 'Elsewhere' })]
  await page.goto(`${heddle.url}/session/${a.id}`)
  await a.send('/demo say alpha; tool first 20; say beta; tool second 20; say gamma')
  const order = async () => {
    const text = (await answers(page).innerText()).replace(/\s+/g, ' ')
    return ['alpha', 'first', 'beta', 'second', 'gamma'].map((word) => text.indexOf(word))
  }
  const expectOrder = async () => {
    await expect(answers(page)).toContainText('gamma')
    const places = await order()
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
    expect(places).toEqual([...places].sort((x, y) => x - y))
  }
  await expectOrder()
  await switchTo(page, b.id)
  await switchTo(page, a.id)
  await expectOrder()
  await page.reload()
  await expectOrder()
})

test('16. A’s approval and notices never show in B, and what is clicked in A’s card lands in A', async ({
  page,
  heddle,
}) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Asks A' }), await openChat(client, { title: 'Asks B' })]
  await Promise.all([a.send('/demo ask deploy a'), b.send('/demo ask deploy b')])
  const [askA, askB] = [await a.pending(), await b.pending()]
  await page.goto(`${heddle.url}/session/${a.id}`)
  await expect(card(page, askA.id)).toContainText('deploy a')
  await expect(card(page, askB.id)).toHaveCount(0)
  await switchTo(page, b.id)
  await expect(card(page, askB.id)).toContainText('deploy b')
  await expect(card(page, askA.id)).toHaveCount(0)
  await press(card(page, askB.id).getByRole('button', { name: /^Allow once/ }))
  await expect(answers(page)).toContainText('ran: deploy b')
  expect((await a.get()).session.pending.map((one) => one.id)).toEqual([askA.id])
})

test('17. Browser Back during a run goes back; A keeps running', async ({ page, heddle }) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'Keeps on' }), await openChat(client, { title: 'Came from' })]
  await page.goto(`${heddle.url}/session/${b.id}`)
  await expect(composer(page)).toBeVisible()
  await switchTo(page, a.id)
  await a.send('/demo count 300 @60')
  await expectDense(page, 5)
  await page.goBack()
  await page.waitForURL(`**/session/${b.id}`)
  await expect(rowOf(page, a.id)).toHaveClass(/is-running/)
  expect(await countOn(page)).toEqual([])
  await page.goForward()
  await expectDense(page, 20)
  const { session } = await a.get()
  await a.cancel(session.activeStreamId ?? '')
  expect(textOfEvents(await a.turn(session.activeStreamId ?? ''))).toContain('20 ')
})

test('33. Looking at B, Stop on A’s row: A stops, B is untouched', async ({ page, heddle }) => {
  const client = clientOf(heddle)
  const [a, b] = [await openChat(client, { title: 'To stop' }), await openChat(client, { title: 'To keep' })]
  const [, kept] = [await a.send('/demo count 5000 @50'), await b.send('/demo count 200 @50')]
  await page.goto(`${heddle.url}/session/${b.id}`)
  await expectDense(page, 5)
  await rowOf(page, a.id).getByRole('button', { name: /^Stop/ }).click()
  await expect(rowOf(page, a.id)).not.toHaveClass(/is-running/)
  await expect.poll(async () => (await a.get()).runs.at(-1)?.state).toBe('cancelled')
  expect(new URL(page.url()).pathname).toBe(`/session/${b.id}`)
  expect(await expectDense(page, 200)).toBe(200)
  expect((await b.turn(kept.streamId)).at(-1)).toMatchObject({ type: 'turn_ended', stopReason: 'end_turn' })
})
