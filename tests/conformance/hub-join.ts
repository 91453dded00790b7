/** What joining means, whatever the hub is made of: everybody has the same dense log, however and whenever they came. */
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { SessionEvent } from '../../shared/events.ts'
import { reduceAll } from '../../shared/reduce.ts'
import { initialState, type SessionState } from '../../shared/state.ts'
import type { Frame, House, Reading } from '../hub/support.ts'
import { chunk, turnEnded } from '../store/support.ts'
import type { Random } from '../support/random.ts'

const ways = ['beginning', 'cursor', 'snapshot'] as const

export function hubJoinConformance(name: string, start: () => Promise<House>, random: Random): void {
  const below = (limit: number) => random.between(0, limit - 1)

  test(`${name}: sixty readers that join one session at random moments by all three ways have the same log`, async () => {
    const house = await start()
    const chat = await house.session()
    const total = 900
    const isDue = new Set(Array.from({ length: 60 }, () => below(total)))
    const joining: Promise<{ reading: Reading; from: number | null }>[] = []
    const join = async () => {
      const way = ways[joining.length % ways.length]
      const from = way === 'snapshot' ? null : way === 'beginning' ? 0 : below(chat.durableHead + 1)
      return { reading: await house.stream(chat.id, '*', from === null ? 'snapshot' : String(from)), from }
    }
    house.storage.pause = () => turns(below(4))
    let written = 0
    const appends: Promise<unknown>[] = []
    while (written < total) {
      const count = 1 + below(6)
      const drafts = Array.from({ length: count }, () => chunk(below(2) ? 'run_a' : 'run_b', `${written} é`))
      appends.push(chat.append(...drafts))
      for (let seq = written; seq < written + count; seq++) if (isDue.has(seq)) joining.push(join())
      written += count
      // Sometimes many commits at once; sometimes the one who has just come has been let in, and not served.
      if (below(3) > 0) await Promise.all([appends.at(-1), below(2) ? joining.at(-1) : turns(below(10))])
    }
    await Promise.all(appends)
    while (joining.length < 60) joining.push(join())
    const readers = await Promise.all(joining)
    const [full] = await Promise.all(readers.map(({ reading, from }) => hasAll(reading, from, written)))
    expect(full).toBe(true)
    expect(new Set(readers.flatMap(({ reading }) => reading.events.map(({ raw }) => raw))).size).toBe(written)
    expect(readers.every(({ reading }) => reading.of('reset').length === 0)).toBe(true)
  })

  test(`${name}: a snapshot and what follows it are the same as the whole log, at every cut`, async () => {
    const house = await start()
    const chat = await house.session()
    const drafts = Array.from({ length: 12 }, (_, index) => chunk('run_a', `${index} `))
    const readings = []
    for (const draft of drafts) {
      readings.push(await house.stream(chat.id, '*', 'snapshot'))
      await chat.append(draft)
    }
    const whole = await house.stream(chat.id, '*')
    for (const reading of [whole, ...readings])
      await expect.poll(() => stateAfter(reading).seq, { timeout: 5_000 }).toBe(drafts.length)
    for (const reading of readings) expect(stateAfter(reading)).toEqual(stateAfter(whole))
  })

  test(`${name}: a reader of one stream gets that stream, each event naming the one before it, and then the end`, async () => {
    const house = await start()
    const chat = await house.session()
    const early = await house.stream(chat.id, 'run_a')
    const others: Reading[] = []
    for (let turn = 0; turn < 20; turn++) {
      await chat.append(chunk('run_a', `${turn}`), chunk('run_b', `${turn}`))
      if (turn === 10) others.push(await house.stream(chat.id, 'run_b'))
    }
    await chat.append(turnEnded('run_a'))
    others.push(await house.stream(chat.id, 'run_b'))
    await chat.append(chunk('run_b', 'last'))
    for (const other of others) {
      await other.until('agent_message_chunk', ({ data }) => data.text === 'last')
      expect(other.events.map(({ data }) => data.prev)).toEqual([0, ...other.seqs().slice(0, -1)])
    }
    const late = await house.stream(chat.id, 'run_a')
    for (const reading of [early, late]) {
      await expect.poll(() => reading.isOver).toBe(true)
      expect(reading.events.at(-1)?.event).toBe('turn_ended')
      expect(reading.events.map(({ data }) => data.prev)).toEqual([0, ...reading.seqs().slice(0, -1)])
      expect(reading.events).toHaveLength(21)
    }
  })
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurnOfTheLoop()
}

async function hasAll(reading: Reading, from: number | null, last: number): Promise<boolean> {
  await expect.poll(() => reading.seqs().at(-1) ?? snapshotSeq(reading), { timeout: 10_000, interval: 5 }).toBe(last)
  const first = (from ?? snapshotSeq(reading)) + 1
  expect(reading.seqs()).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index))
  return true
}

function snapshotSeq(reading: Reading): number {
  return reading.of('snapshot')[0]?.data.seq ?? 0
}

function stateAfter(reading: Reading): SessionState {
  const [snapshot] = reading.of('snapshot')
  if (!snapshot) return reduceAll(initialState, eventsOf(reading.events))
  const { session: _, ...state } = snapshot.data.state
  return reduceAll(state, eventsOf(reading.events))
}

function eventsOf(frames: readonly Frame[]): SessionEvent[] {
  return frames.map(({ data }) => data as unknown as SessionEvent)
}
