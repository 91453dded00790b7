/** What the demo's three models do with a plain prompt. */
import { join } from 'node:path'
import { guideAnswer } from './guide.ts'
import type { Stage } from './stage.ts'

export async function answer(stage: Stage, prompt: string): Promise<void> {
  const { model, turns } = stage.session
  if (model === 'worker') return work(stage, prompt)
  if (model === 'interviewer') return interview(stage)
  return stage.say(guideAnswer(prompt, turns === 1), rateOf(stage))
}

/** Words a second. */
function rateOf(stage: Stage): number {
  return stage.session.pace === 'fast' ? 0 : 70
}

const workPlan = ['Read what is there', 'Run the tests', 'Make the change', 'Say what was done']

async function work(stage: Stage, prompt: string): Promise<void> {
  const rate = rateOf(stage)
  await stage.think(
    `The task is “${firstLine(prompt)}”. I look at the folder first, then at the tests, and change as little as I can.`,
    rate,
  )
  await stage.plan(workPlan, 0)
  await stage.say('I start by looking around.', rate)
  await stage.tool('List the folder', 'search', pauseOf(stage, 400), 'README.md\npackage.json\nsrc/lanes.ts')
  await stage.tool('Read src/lanes.ts', 'read', pauseOf(stage, 500), 'export const lanes = 1\n')
  await stage.plan(workPlan, 1)
  const { allowed, reason } = await stage.ask('npm test')
  if (!allowed) {
    await stage.say(`I leave the tests alone${reason ? `, as you said: ${reason}` : ''}.`, rate)
  }
  await stage.plan(workPlan, 2)
  await stage.breathe(300)
  const path = join(stage.session.cwd, 'src/lanes.ts')
  await stage.diff(path, 'export const lanes = 1\n', '/** Every thread in its own. */\nexport const lanes = 12\n')
  await stage.plan(workPlan, 3)
  const tests = allowed ? 'ran the tests' : 'did not run the tests, since you said no'
  await stage.say(
    `Done, in the way of a demonstration: I read two files, ${tests}, and edited \`src/lanes.ts\`.\n\n` +
      '> No file of yours was touched: I am built in, and only show how an agent looks while it works.',
    rate,
  )
  await stage.plan(workPlan, workPlan.length)
}

function pauseOf(stage: Stage, ms: number): number {
  return stage.session.pace === 'fast' ? 0 : ms
}

async function interview(stage: Stage): Promise<void> {
  const rate = rateOf(stage)
  await stage.say('Two questions, so that I know what you need.', rate)
  const kind = await stage.question('What are you working on?', ['A program', 'A text', 'Something else'])
  if (kind === null) return stage.say('As you like. Ask me again at any time.', rate)
  const name = await stage.question('What is it called?', [])
  if (name === null) return stage.say(`${kind}, then, without a name.`, rate)
  await stage.say(`**${name}**: ${kind.toLowerCase()}. Your answers went to this chat, and to no other.`, rate)
}

function firstLine(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? ''
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
