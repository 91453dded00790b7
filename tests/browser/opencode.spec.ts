import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Project } from '../../shared/model.ts'
import { launchWithOpencode, type OpencodeHeddle } from '../fixtures/model-service/heddle.ts'
import { findAgent } from '../support/agents.ts'
import { chatOf, openChat } from '../support/chat.ts'
import {
  answers,
  bubbles,
  card,
  clientOf,
  composer,
  expectDense,
  press,
  rowOf,
  stopButton,
  switchTo,
} from './support/pane.ts'
import { test as base, expect } from './support/test.ts'

const program = findAgent('opencode')
const leftOut = 'LEFT OUT: opencode is not installed, so no real agent was shown in the browser.'
// Where the agents were asked for, a missing one is a failure: the fixture below says so.
const mayBeLeftOut = !program && process.env.HEDDLE_AGENTS !== 'install'
if (mayBeLeftOut) process.stderr.write(`\n${leftOut}\n\n`)

const test = base.extend<object, { all: OpencodeHeddle }>({
  all: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from this pattern what a fixture needs: nothing
    async ({}, use) => {
      if (!program) throw new Error('HEDDLE_AGENTS=install was asked for, and opencode is not there')
      const all = await launchWithOpencode(program)
      await use(all)
      await all.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  heddle: [({ all }, use) => use(all.heddle), { scope: 'worker' }],
})

// A real agent is not on every machine.
test.beforeEach(() => test.info().skip(mayBeLeftOut, leftOut))
// Two real agents on a small machine: each needs seconds to start, and more where all is busy.
test.setTimeout(180_000)
const slowly = { timeout: 60_000 }

/** As a person starts a chat: on Home, by the provider's pill and the model's chip. */
async function startFromHome(page: Page, model: string, text: string): Promise<string> {
  await page
    .getByRole('link', { name: /^New chat/ })
    .first()
    .click()
  await page.getByRole('radio', { name: /^opencode/i }).click()
  const chip = page.locator('main').getByRole('button', { name: /^Model:/ })
  // Never run before: it is opened once for its models, and while it is, the chip says so.
  await expect(chip).toBeVisible()
  await expect(chip).not.toHaveText(/Learning/, slowly)
  await chip.click()
  await page.getByRole('option', { name: new RegExp(model) }).click()
  await expect(chip).toHaveText(new RegExp(model))
  const field = page.locator('main').getByRole('textbox').first()
  await field.fill(text)
  await field.press('Enter')
  await page.waitForURL('**/session/ses_*')
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

test('A chat is begun on Home with opencode that has never run, and a model of it; its answer is seen to stream', async ({
  page,
  all,
}) => {
  const id = await startFromHome(page, 'Large', 'SLOW 300')
  await expect(answers(page)).toContainText('w5 ', slowly)
  expect(all.service.turns().at(-1)).toMatchObject({ model: 'large', lastUserText: 'SLOW 300', done: false })
  await expect(stopButton(page)).toBeVisible()
  await expect(answers(page)).toContainText('w300', slowly)
  await expect(rowOf(page, id)).not.toHaveClass(/is-running/)
  await page.reload()
  await expect(answers(page)).toContainText('w299 w300')
  expect((await chatOf(clientOf(all.heddle), id).get()).session).toMatchObject({
    provider: 'opencode',
    model: 'standin/large',
  })
})

test('While another chat is on screen one approval is given from its row and another refused', async ({
  page,
  all,
}) => {
  const client = clientOf(all.heddle)
  const { id: projectId } = await client.ok<Project>('POST', '/api/projects', { name: 'importer', cwd: all.folder })
  const asks = await openChat(client, { title: 'Asks from its row', provider: 'opencode', projectId })
  const other = await openChat(client, { title: 'On screen' })
  const wasMade = (name: string) => existsSync(join(all.folder, name))
  await asks.send('RUN touch allowed; echo out')
  await page.goto(`${all.heddle.url}/session/${other.id}`)
  const row = rowOf(page, asks.id)
  await expect(row.locator('pre')).toHaveText('touch allowed; echo out', slowly)
  await other.send('/demo count 300 @50')
  await expectDense(page, 5)
  expect(wasMade('allowed')).toBe(false)
  await press(row.getByRole('button', { name: /^Allow once/ }))
  await expect.poll(() => wasMade('allowed'), slowly).toBe(true)
  await expect(row).not.toHaveClass(/is-running/, slowly)

  await asks.send('RUN touch rejected')
  await expect(row.locator('pre')).toHaveText('touch rejected', slowly)
  await press(row.getByRole('button', { name: /^Reject/ }))
  await expect(row).not.toHaveClass(/is-running|is-waiting/, slowly)

  expect(new URL(page.url()).pathname).toBe(`/session/${other.id}`)
  expect(await expectDense(page, 300)).toBe(300)
  await switchTo(page, asks.id)
  await expect(answers(page).first()).toContainText('tool said: out')
  await expect(bubbles(page)).toHaveCount(2)
  expect(wasMade('rejected')).toBe(false)
})

test('What is asked for outside its folder is asked as two things: the folder by its name, then the command', async ({
  page,
  all,
}) => {
  const client = clientOf(all.heddle)
  const { id: projectId } = await client.ok<Project>('POST', '/api/projects', { name: 'inside', cwd: all.folder })
  const chat = await openChat(client, { title: 'Looks outside', provider: 'opencode', projectId })
  await page.goto(`${all.heddle.url}/session/${chat.id}`)
  const outside = all.home
  const command = `touch ${outside}/touched`
  const wasMade = () => existsSync(join(outside, 'touched'))
  await chat.send(`RUN ${command}`)
  const ask = page.locator('main .ask')
  await expect(ask.getByRole('heading')).toHaveText('opencode wants to use a folder outside its own:', slowly)
  await expect(ask.locator('pre')).toHaveText([outside, command])
  await expect(rowOf(page, chat.id).locator('pre')).toHaveText([outside, command])
  // The call that needs it stays what it is.
  await expect(page.locator('.tool-verb')).toHaveText('Running')
  // By its id: the command's card takes its place, with a button of the same name.
  const folder = await chat.pending()
  await press(
    card(page, folder.id)
      .getByRole('button', { name: /^Allow once/ })
      .first(),
  )
  await expect(ask.getByRole('heading')).toHaveText('opencode wants to run a command', slowly)
  await expect(ask.locator('pre')).toHaveText(command)
  expect(wasMade()).toBe(false)
  await press(ask.getByRole('button', { name: /^Allow once/ }))
  await expect.poll(wasMade, slowly).toBe(true)
})

test('An edit is shown once while it waits, under its path in the folder; done, it stands where it was', async ({
  page,
  all,
}) => {
  const client = clientOf(all.heddle)
  const { id: projectId } = await client.ok<Project>('POST', '/api/projects', { name: 'edited', cwd: all.folder })
  const chat = await openChat(client, { title: 'Edits', provider: 'opencode', projectId })
  const path = join(all.folder, 'rows.txt')
  await writeFile(path, Array.from({ length: 20 }, (_, index) => `row ${index + 1}\n`).join(''))
  await page.goto(`${all.heddle.url}/session/${chat.id}`)
  await chat.send(`EDIT ${path} s/row 12/row twelve/`)
  const ask = page.locator('main .ask')
  const diff = page.locator('main .diff:visible')
  const numbers = diff.locator('.diff-number')
  await expect(ask.getByRole('heading')).toHaveText('opencode wants to change a file', slowly)
  await expect(diff).toHaveCount(1)
  await expect(ask.locator('.diff-path')).toHaveText('rows.txt')
  await expect(ask.locator('.diff-path')).toHaveAttribute('title', path)
  await expect(rowOf(page, chat.id).locator('pre')).toHaveText('rows.txt')
  const asked = await numbers.allInnerTexts()
  expect(asked).toContain('12')
  await expect(ask.locator('pre')).toHaveCount(0)
  await ask.getByRole('button', { name: 'Raw input' }).click()
  await expect(ask.locator('pre')).toContainText('"oldString": "row 12"')
  await press(ask.getByRole('button', { name: /^Allow once/ }))
  await expect(answers(page)).toContainText('tool said: Edit applied', slowly)
  await expect(diff).toHaveCount(1)
  expect(await numbers.allInnerTexts()).toEqual(asked)
  await expect(page.locator('.outcome-subject')).toHaveText('rows.txt')
})

test('Stop in mid-run: it says it is stopped, the model’s request is hung up, and the next message is answered', async ({
  page,
  all,
}) => {
  const chat = await openChat(clientOf(all.heddle), { title: 'Is stopped', provider: 'opencode' })
  await page.goto(`${all.heddle.url}/session/${chat.id}`)
  await composer(page).fill('SLOW 2000')
  await composer(page).press('Enter')
  await expect(answers(page)).toContainText('w5 ', slowly)
  const request = all.service.turns().find(({ lastUserText }) => lastUserText === 'SLOW 2000')
  await stopButton(page).click()
  await expect(stopButton(page)).toHaveCount(0, slowly)
  await expect.poll(() => request?.cut).toBe(true)
  const said = await answers(page).first().innerText()
  await composer(page).fill('and now?')
  await composer(page).press('Enter')
  await expect(answers(page).last()).toContainText('echo: and now?', slowly)
  expect(await answers(page).first().innerText()).toBe(said)
})
