import { expect, logIn, test } from './support/test.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`Another device is let in by a one-time link and its QR code, dark on light in the ${colorScheme} theme`, async ({
    page,
    browser,
    heddle,
  }) => {
    await page.emulateMedia({ colorScheme })
    await page.goto(`${heddle.url}/settings`)
    await page.getByRole('button', { name: 'Let another device in' }).click()
    const code = page.getByRole('img', { name: 'QR code of the link below' })
    await expect(code).toBeVisible()
    const [paper, ink] = await code.evaluate((node) => {
      const lightness = (color: string) => Number(/oklch\(([\d.]+)/.exec(color)?.[1])
      const path = node.querySelector('path')
      return [getComputedStyle(node).backgroundColor, path ? getComputedStyle(path).fill : ''].map(lightness)
    })
    expect(paper).toBeGreaterThan(0.95)
    expect(ink).toBeLessThan(0.3)

    const link = await page.locator('.device-link code').innerText()
    const other = await browser.newContext()
    const there = await other.newPage()
    await there.goto(link)
    await expect(there.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible()
    const third = await browser.newContext()
    const late = await third.newPage()
    await late.goto(link)
    await expect(late.getByRole('heading', { name: 'This browser needs a login' })).toBeVisible()
    await Promise.all([other.close(), third.close()])
  })
}

test('Who comes in by a link to Settings sees at once who has a key, this browser among them', async ({
  browser,
  heddle,
}) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await logIn(page, heddle, '/settings')
  await expect(page.getByRole('list', { name: 'Keys' })).toContainText('Chrome')
  await expect(page.getByText('A key is needed')).toHaveCount(0)
  await context.close()
})
