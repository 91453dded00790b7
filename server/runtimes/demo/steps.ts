/** The steps of a script, by name. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { RequestError } from '@agentclientprotocol/sdk'
import { sessionReplaced } from '../acp/connection.ts'
import { maxFloodKilobytes, maxGarbageDemoLines } from '../limits.ts'
import { gallery } from './gallery.ts'
import { barred, type Step, withNumber } from './script.ts'
import type { Stage } from './stage.ts'

/** `place` tells equal steps of one prompt apart. */
type Act = (stage: Stage, rest: string, place: string) => Promise<void>

export async function runScript(stage: Stage, steps: readonly Step[], prompt: string): Promise<void> {
  for (const [index, { name, rest }] of steps.entries()) {
    stage.mayGoOn()
    const act = acts[name]
    if (act) await act(stage, rest, `${index} ${prompt}`)
    else await stage.say(`There is no step \`${name}\`. Steps: ${Object.keys(acts).join(', ')}.`)
  }
  if (steps.at(-1)?.name === 'late') await speakOn(stage, Number.POSITIVE_INFINITY)
}

/** Says `late ` until cancelled, or for so long. */
export async function speakOn(stage: Stage, ms: number): Promise<void> {
  const endsAt = performance.now() + ms
  while (performance.now() < endsAt) {
    if (ms === Number.POSITIVE_INFINITY) await stage.pause(lateEveryMs)
    else await new Promise((resolve) => setTimeout(resolve, lateEveryMs))
    await stage.chunk('late ')
  }
}
const lateEveryMs = 20
const defaultRate = 50
/** One kilobyte. */
const floodLine = `${'flood '.repeat(171).slice(0, 1023)}\n`

const acts: Record<string, Act> = {
  async count(stage, rest) {
    const [, total = '0', rate] = /^(\d+)\s*(?:@(\d+))?$/.exec(rest) ?? []
    const perSecond = rate === undefined ? defaultRate : Number(rate)
    await stage.paced(numbersTo(Number(total)), perSecond, (number) => stage.chunk(`${number} `))
  },
  say: (stage, rest) => stage.say(rest),
  think: (stage, rest) => stage.think(rest),
  plan: (stage, rest) => stage.plan(barred(rest), 0),
  async tool(stage, rest) {
    const { words, value } = withNumber(rest, 200)
    await stage.tool(words, 'other', value, `${words}: done`)
  },
  async diff(stage, rest) {
    const path = join(stage.session.cwd, rest)
    await stage.diff(path, 'one\ntwo\nthree\n', 'one\ntwo and a half\nthree\nfour\n')
  },
  async ask(stage, rest) {
    const { allowed, reason } = await stage.ask(rest)
    await stage.say(`${allowed ? 'ran' : 'rejected'}: ${rest}`)
    if (reason) await stage.say(`reason: ${reason}`)
  },
  async question(stage, rest) {
    const [message = 'What?', ...choices] = barred(rest)
    await stage.say(`answer: ${(await stage.question(message, choices)) ?? 'none'}`)
  },
  wait: (stage, rest) => stage.pause(withNumber(rest, 1000).value),
  async hang(stage) {
    stage.host.hang()
    await new Promise(() => undefined)
  },
  async crash(stage) {
    stage.host.crash()
    await new Promise(() => undefined)
  },
  async spawn(stage) {
    await stage.say(`pid ${await stage.host.spawnGrandchild()}`)
  },
  async late(stage, rest) {
    stage.lateMs = withNumber(rest, 1000).value
  },
  flood: (stage, rest) => stage.chunk(floodLine.repeat(Math.min(withNumber(rest, 1).value, maxFloodKilobytes))),
  async garbage(stage, rest) {
    const { value } = withNumber(rest, 3)
    await stage.host.writeRaw('this is no protocol {[\n'.repeat(Math.min(value, maxGarbageDemoLines)))
  },
  async rotate(stage) {
    const { session } = stage
    const sessionId = session.id
    session.formerIds.push(sessionId)
    session.id = `demo-${randomUUID()}`
    const reason = 'The agent has begun a new session of its own.'
    await stage.notify(sessionReplaced, { sessionId, newSessionId: session.id, reason })
  },
  title: (stage, rest) => stage.update({ sessionUpdate: 'session_info_update', title: rest }),
  async fail(stage, rest, place) {
    const [status = '500', times = '1'] = rest.split(/\s+/)
    const failed = stage.session.failures.get(place) ?? 0
    stage.session.failures.set(place, failed < Number(times) ? failed + 1 : 0)
    if (failed >= Number(times)) return
    throw new RequestError(-32603, `The model service answered ${status}`, { status: Number(status) })
  },
  async whoami(stage) {
    const { session, host, turnId } = stage
    await stage.say(`provider=${host.provider} model=${session.model} runtime=${session.id} turn=${turnId}`)
  },
  async recall(stage) {
    await stage.say(stage.session.texts.map((text) => text.replace(/\s*\n\s*/g, ' ')).join('\n'))
  },
  gallery: (stage) => stage.say(gallery, 400),
}

/** One at a time: a list of as many as may be asked for would not fit any memory. */
function* numbersTo(last: number): Generator<number, void> {
  for (let number = 1; number <= last; number++) yield number
}
