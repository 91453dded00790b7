/**
 * The server is killed (SIGKILL) at random moments while streams run, queues fill and approvals wait, with four raw
 * subscribers on every session, and started again on the same data. Nothing that anybody saw may be gone or different.
 */
import { nanoid } from 'nanoid'
import type { SessionAnswer } from '../../shared/api.ts'
import type { Permission } from '../../shared/model.ts'
import { reduceAll } from '../../shared/reduce.ts'
import { initialState, lastTurns } from '../../shared/state.ts'
import { launchHeddle } from '../browser/support/heddle.ts'
import { type Checker, createChecker, type Seen } from '../support/checker.ts'
import { createClient, eventOf } from '../support/client.ts'
import { createRandom, type Random } from '../support/random.ts'
import { watch, ways } from '../support/watcher.ts'

export interface KillReport {
  trials: number
  faults: string[]
  events: number
  acknowledged: number
  /** From the ready line after a kill to the answer of the next send, in milliseconds. */
  slowestSendMs: number
}

type Heddle = Awaited<ReturnType<typeof launchHeddle>>

export async function runKillTrials({ trials, seed }: { trials: number; seed: number }): Promise<KillReport> {
  const random = createRandom(seed)
  const heddle = await launchHeddle()
  const report: KillReport = { trials, faults: [], events: 0, acknowledged: 0, slowestSendMs: 0 }
  try {
    // One faulty trial is enough to know; those after it would stand on what it broke.
    for (let trial = 0; trial < trials && report.faults.length === 0; trial++) {
      const faults = await runTrial(heddle, random, report)
      report.faults.push(...faults.map((fault) => `trial ${trial}: ${fault}`))
    }
  } finally {
    await heddle.stop()
  }
  return report
}

const prompts = [
  (random: Random) => `/demo count ${random.between(50, 400)} @${random.pick([0, 100, 400])}`,
  () => '/demo think a little; tool reading 50; ask echo hello; say after the approval',
  (random: Random) => `/demo say one; tool work ${random.between(10, 200)}; say two; flood ${random.between(1, 64)}`,
]

async function runTrial(heddle: Heddle, random: Random, report: KillReport): Promise<string[]> {
  const checker = createChecker()
  const stop = new AbortController()
  const sessions = prompts.map(() => `ses_${nanoid(22)}`)
  const address = () => ({ url: heddle.url, key: heddle.key })
  const acting = sessions.map((id, index) => act(heddle, id, prompts[index]?.(random) ?? '', checker, random))
  await Promise.all(acting.map((action) => action.created))
  const watching = sessions.flatMap((sessionId) =>
    ways.map((way) => watch({ name: `${way} of ${sessionId}`, sessionId, way, checker, address, signal: stop.signal })),
  )
  await new Promise((resolve) => setTimeout(resolve, random.between(0, 700)))
  await heddle.kill('SIGKILL')
  report.acknowledged += (await Promise.all(acting.map((action) => action.done))).reduce((sum, count) => sum + count, 0)
  await heddle.restart()
  const faults: string[] = []
  for (const id of sessions) faults.push(...(await sendAtOnce(heddle, id, checker, report)))
  faults.push(...(await Promise.all(sessions.map((id) => settle(heddle, id, checker, report)))).flat())
  stop.abort()
  await Promise.all(watching)
  return faults
}

interface Acting {
  /** The session is durable: it may be watched. */
  created: Promise<unknown>
  /** How many requests were acknowledged until the server died. */
  done: Promise<number>
}

/** Sends, queues and approves until the server dies under it; tells the checker what was acknowledged. */
function act(heddle: Heddle, id: string, text: string, checker: Checker, random: Random): Acting {
  const client = createClient(heddle.url, heddle.key)
  const queued = random.between(0, 2)
  const created = client.ok('POST', '/api/sessions', { id, provider: 'demo', title: 'killed' })
  let count = 0
  const send = async (said: string) => {
    const messageId = `msg_${nanoid(22)}`
    await client.ok('POST', `/api/sessions/${id}/turns`, { messageId, text: said })
    checker.acknowledged(id, messageId)
    count += 1
  }
  const work = async () => {
    await created
    await send(text)
    for (let index = 0; index < queued; index++) await send(`/demo say queued ${index}`)
    while (true) {
      const { session } = await client.ok<SessionAnswer>('GET', `/api/sessions/${id}`)
      const pending = session.pending[0] as Permission | undefined
      if (!pending) continue
      const path = `/api/sessions/${id}/streams/${pending.streamId}/permissions/${pending.id}`
      await client.ok('POST', path, { optionId: pending.options[0]?.optionId, digest: pending.digest })
      checker.decided(id, pending.id)
      count += 1
    }
  }
  return {
    created,
    done: work().then(
      () => count,
      (error: unknown) => (error instanceof TypeError ? count : Promise.reject(error)),
    ),
  }
}

async function sendAtOnce(heddle: Heddle, id: string, checker: Checker, report: KillReport): Promise<string[]> {
  const client = createClient(heddle.url, heddle.key)
  const messageId = `msg_${nanoid(22)}`
  const before = performance.now()
  const body = { messageId, text: '/demo say alive' }
  const answer = await client.request<{ state: string }>('POST', `/api/sessions/${id}/turns`, body)
  report.slowestSendMs = Math.max(report.slowestSendMs, performance.now() - before)
  if (answer.status !== 202)
    return [`${id}: the next send was answered ${answer.status} ${JSON.stringify(answer.body)}`]
  checker.acknowledged(id, messageId)
  return answer.body.state === 'queued' ? [`${id}: the next send was queued`] : []
}

/** A turn that says one word has ended long before; one that has not by then never does. */
const settleMs = 15_000

/** Waits for the last turn's end, then holds all that was seen against the log, and the snapshot against the replay. */
async function settle(heddle: Heddle, id: string, checker: Checker, report: KillReport): Promise<string[]> {
  const log: Seen[] = []
  const isWhole = await readWhole(heddle, id, log)
  report.events += log.length
  const caughtUp = () => ways.every((way) => checker.cursor(`${way} of ${id}`, id) >= log.length)
  const deadline = Date.now() + 3000
  while (!caughtUp() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
  const late = caughtUp() ? [] : [`${id}: a subscriber had not caught up three seconds after the end`]
  const unsettled = isWhole ? [] : [`${id}: had not settled after ${settleMs} ms, at event ${log.length}`]
  return [...unsettled, ...late, ...checker.verify(id, log), ...(await compareSnapshot(heddle, id, log))]
}

/** The log as it is served, until nothing runs any more; false if that did not come. */
async function readWhole(heddle: Heddle, id: string, log: Seen[]): Promise<boolean> {
  const client = createClient(heddle.url, heddle.key)
  const stop = new AbortController()
  let isQuiet = false
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(settleMs)])
  try {
    for await (const frame of client.frames(`/api/sessions/${id}/streams/*/events?after=0`, { signal })) {
      if (frame.id === undefined) continue
      log.push({ seq: Number(frame.id.split('/')[1]), data: frame.data })
      // What the runtime says of itself may come after the end of its turn.
      const { type } = eventOf(frame)
      isQuiet = type === 'turn_ended' || (isQuiet && type !== 'turn_started')
      if (!isQuiet) continue
      const { session } = await client.ok<SessionAnswer>('GET', `/api/sessions/${id}`)
      if (session.activeStreamId === null && session.headSeq === log.length) return true
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
  }
  return false
}

async function compareSnapshot(heddle: Heddle, id: string, log: readonly Seen[]): Promise<string[]> {
  const client = createClient(heddle.url, heddle.key)
  const { session: _, nextBeforeLine: __, ...state } = await client.ok<SessionAnswer>('GET', `/api/sessions/${id}`)
  const replayed = lastTurns(
    reduceAll(
      initialState,
      log.map((entry) => JSON.parse(entry.data)),
    ),
  )
  return JSON.stringify(sorted(state)) === JSON.stringify(sorted(replayed))
    ? []
    : [`${id}: the snapshot is not the replay`]
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, sorted(entry)]),
  )
}
