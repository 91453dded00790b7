/** What only a laid-out page can show of the page's own hands: reading positions, focus and selection while all around moves. */
import { expect, test } from '@playwright/test'
import { build } from 'esbuild'
import type { Follower, ScrollPlace } from '../../web/src/dom/scroll.ts'

interface Kit {
  followBottom: typeof import('../../web/src/dom/scroll.ts').followBottom
  reconcile: typeof import('../../web/src/dom/reconcile.ts').reconcile
  createMarkdown: typeof import('../../web/src/markdown/markdown.ts').createMarkdown
  confirmDialog: typeof import('../../web/src/dom/dialog.ts').confirmDialog
  openMenu: typeof import('../../web/src/dom/menu.ts').openMenu
}

declare global {
  interface Window {
    kit: Kit
    follower: Follower
    place: ScrollPlace
    settled(): Promise<void>
    add(id: string, lines: number): HTMLElement
    reading(): string
    below(): number
    answer: Promise<boolean>
  }
}

const kitSource = `
  export {followBottom} from './dom/scroll.ts'; export {reconcile} from './dom/reconcile.ts'
  export {createMarkdown} from './markdown/markdown.ts'; export {confirmDialog} from './dom/dialog.ts'; export {openMenu} from './dom/menu.ts'`

test.beforeEach(async ({ page }) => {
  const { outputFiles } = await build({
    stdin: { contents: kitSource, resolveDir: 'web/src', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'kit',
  })
  await page.setContent('<main></main>')
  await page.addScriptTag({ content: `${outputFiles[0]?.text}; window.kit = kit` })
})

test.describe('a reader who has scrolled up', () => {
  test.beforeEach(async ({ page }) => {
    await page.evaluate(async () => {
      const scroller = document.createElement('div')
      const content = document.createElement('div')
      scroller.style.cssText = 'height: 400px; overflow: auto'
      scroller.append(content)
      document.body.append(scroller)
      window.settled = () =>
        new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))
      window.add = (id, lines) => {
        const turn = document.createElement('p')
        turn.id = id
        turn.textContent = `${id}\n`.repeat(lines)
        turn.style.cssText = 'white-space: pre; margin: 0 0 10px'
        content.append(turn)
        return turn
      }
      window.reading = () => {
        const top = scroller.getBoundingClientRect().top
        const turn = [...content.children].find((child) => child.getBoundingClientRect().bottom > top + 1)
        return `${turn?.id} ${Math.round((turn?.getBoundingClientRect().top ?? 0) - top)}`
      }
      window.below = () => Math.round(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop)
      window.follower = window.kit.followBottom({ scroller, content, signal: new AbortController().signal })
      for (let index = 0; index < 60; index++) window.add(`turn-${index}`, 3)
      await window.settled()
    })
  })

  const scrollBy = async (page: import('@playwright/test').Page, delta: number) => {
    await page.mouse.move(100, 100)
    await page.mouse.wheel(0, delta)
    await expect.poll(() => page.evaluate(() => window.follower.atBottom())).toBe(delta > 0)
    await page.evaluate(() => window.settled())
  }

  test('keeps the reading position while text streams, drops, recovers and settles', async ({ page }) => {
    await scrollBy(page, -700)
    const positions = await page.evaluate(async () => {
      const content = document.querySelector('#turn-0')?.parentElement as HTMLElement
      const seen = [window.reading()]
      const look = async () => {
        await window.settled()
        seen.push(window.reading())
      }
      for (let index = 60; index < 70; index++) {
        window.add(`turn-${index}`, 4)
        await look()
      }
      ;(content.children[3] as Element).textContent += 'a thought that unfolds\n'.repeat(30)
      await look()
      content.children[5]?.remove()
      ;(content.children[6] as Element).textContent = 'settled, shorter'
      await look()
      const dropped = [...content.children].slice(-45)
      for (const turn of dropped) turn.remove()
      await window.settled()
      content.append(...dropped)
      await look()
      return seen
    })
    expect(new Set(positions).size, positions.join(', ')).toBe(1)
  })

  test('is followed again only at the bottom, and then to every new line', async ({ page }) => {
    await scrollBy(page, -700)
    await page.mouse.wheel(0, 300)
    await page.evaluate(() => window.settled())
    expect(await page.evaluate(() => window.follower.atBottom())).toBe(false)
    await scrollBy(page, 5_000)
    const below = await page.evaluate(async () => {
      window.add('new', 40)
      await window.settled()
      return window.below()
    })
    expect(below).toBe(0)
  })

  test('finds the place again after another chat was on screen', async ({ page }) => {
    await scrollBy(page, -700)
    const [before, away, after] = await page.evaluate(async () => {
      const seen = [window.reading()]
      window.place = window.follower.save()
      window.follower.jumpToBottom()
      await window.settled()
      seen.push(window.reading())
      window.add('later', 10)
      window.follower.restore(window.place)
      await window.settled()
      return [...seen, window.reading()]
    })
    expect(away).not.toBe(before)
    expect(after).toBe(before)
  })
})

test('a list that is put in another order keeps focus, selection, open details and scroll', async ({ page }) => {
  const kept = await page.evaluate(() => {
    const list = document.body.appendChild(document.createElement('ul'))
    const draw = (keys: string) => window.kit.reconcile(list, [...keys], (key) => key, createRow)
    const createRow = (key: string) => {
      const dom = document.createElement('li')
      const [input, details, box] = [
        document.createElement('input'),
        document.createElement('details'),
        document.createElement('pre'),
      ]
      input.value = key.repeat(5)
      details.append('inside')
      box.style.cssText = 'height: 20px; overflow: auto'
      box.textContent = 'line\n'.repeat(50)
      dom.append(input, details, box)
      return { dom }
    }
    draw('abcdef')
    const rows = [...list.children]
    for (const row of rows) {
      ;(row.querySelector('details') as HTMLDetailsElement).open = true
      ;(row.querySelector('pre') as HTMLElement).scrollTop = 33
    }
    const input = rows[1]?.querySelector('input') as HTMLInputElement
    input.focus()
    input.setSelectionRange(1, 3)
    for (const order of ['fedcba', 'bxacdef', 'acdefb', 'cfbade']) draw(order)
    return {
      focus: document.activeElement === input,
      selection: [input.selectionStart, input.selectionEnd],
      open: rows.every((row) => row.querySelector('details')?.open),
      scroll: rows.map((row) => row.querySelector('pre')?.scrollTop),
    }
  })
  expect(kept).toEqual({ focus: true, selection: [1, 3], open: true, scroll: [33, 33, 33, 33, 33, 33] })
})

test('a dialog says no on Escape, yes on its button, and gives the focus back', async ({ page }) => {
  const ask = () =>
    page.evaluate(() => {
      const opener = document.querySelector('button') ?? document.body.appendChild(document.createElement('button'))
      opener.focus()
      window.answer = window.kit.confirmDialog({
        title: 'Delete 3 chats?',
        text: 'They go.',
        confirm: 'Delete 3 chats',
        danger: true,
      })
    })
  await ask()
  await expect(page.getByRole('dialog', { name: 'Delete 3 chats?' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => window.answer)).toBe(false)
  await ask()
  await page.getByRole('button', { name: 'Delete 3 chats' }).click()
  expect(await page.evaluate(() => window.answer)).toBe(true)
  await expect(page.locator('dialog')).toHaveCount(0)
  await expect(page.locator('body > button')).toBeFocused()
})

test('a menu in a dialog can be used, and Escape closes only the menu', async ({ page }) => {
  await page.evaluate(() => {
    window.answer = window.kit.confirmDialog({ title: 'New chat', text: 'Which?', confirm: 'Start' })
    const anchor = document.querySelector('.dialog-foot button') as HTMLElement
    window.kit.openMenu({
      anchor,
      label: 'Model',
      search: 'Find',
      items: [
        { id: 'a', label: 'Alpha' },
        { id: 'b', label: 'Beta' },
      ],
      onPick: (id) => anchor.append(` ${id}`),
    })
  })
  await page.keyboard.type('bet')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Cancel b' })).toBeVisible()
  await page.evaluate(() => {
    const anchor = document.querySelector('.dialog-foot button') as HTMLElement
    window.kit.openMenu({ anchor, label: 'Model', items: [{ id: 'a', label: 'Alpha' }], onPick: String })
  })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(page.getByRole('dialog')).toBeVisible()
})
