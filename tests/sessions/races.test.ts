/**
 * Everything that people, agents, the disk and crashes can do to one chat, in any order: afterwards the log must be one
 * that the contract allows, and must hold whatever was acknowledged, once.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionEvent } from '../../shared/events.ts'
import type { Permission } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { reduceAll } from '../../shared/reduce.ts'
import { initialState } from '../../shared/state.ts'
import { aRequest, waitFor } from './support/fake-runtimes.ts'
import { createRoom, person, quiet, type Room } from './support/room.ts'

const deeds = {
  send: 6,
  say: 5,
  ask: 6,
  allow: 5,
  reject: 2,
  cancel: 2,
  'cancel queued': 1,
  'take out': 1,
  'edit queued': 2,
  'move queued': 2,
  'send now': 2,
  interrupt: 2,
  resume: 2,
  end: 3,
  fail: 1,
  die: 1,
  'switch provider': 1,
  'hold the disk': 2,
  'let the disk go': 3,
  crash: 1,
} as const
type Deed = keyof typeof deeds
const deed = fc.oneof(
  ...Object.entries(deeds).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Deed) })),
)
/** Most deeds have time to take effect; some come on the heels of the one before. */
const step = fc.record({ deed, isHasty: fc.boolean() })

interface World {
  room: Room
  readonly id: string
  release: () => void
  isDiskHeld: boolean
  readonly acknowledged: Set<string>
  readonly taken: Set<string>
  readonly decisions: Map<string, string[]>
  readonly told: Map<string, string[]>
  readonly underWay: Promise<unknown>[]
}

/** What may be refused is refused as a problem; anything else is a fault. */
function attempt<T>(world: World, work: Promise<T>, done: (value: T) => void): void {
  const settled = work.then(done, (error: unknown) => {
    if (!(error instanceof ProblemError)) throw error
  })
  world.underWay.push(settled)
}

async function act(world: World, does: Deed): Promise<void> {
  const { room, id } = world
  const { session, queue } = await room.get(id)
  const runtime = room.runtimes.opened.findLast((one) => !one.isClosed)
  const prompt = runtime?.prompts.at(-1)
  const pending = session.pending as Permission[]
  switch (does) {
    case 'send':
      return attempt(world, room.send(id, 'hello'), ({ messageId }) => world.acknowledged.add(messageId))
    case 'say':
      return prompt?.say('word ')
    case 'ask':
      if (!prompt) return
      void prompt.sink.requestPermission(aRequest('x')).then((decision) => {
        if (decision.outcome === 'cancelled') return
        const key = prompt.turn.turnId
        world.told.set(key, [...(world.told.get(key) ?? []), decision.optionId])
        decision.delivered()
      })
      return
    case 'allow':
    case 'reject':
      for (const { streamId, id: permissionId, digest } of pending.slice(0, 2)) {
        const body = { optionId: does === 'allow' ? 'yes' : 'no', digest }
        attempt(world, room.sessions.resolvePermission(id, streamId, permissionId, body, person), ({ optionId }) =>
          world.decisions.set(permissionId, [...(world.decisions.get(permissionId) ?? []), optionId ?? '']),
        )
      }
      return
    case 'cancel':
      if (session.activeStreamId)
        attempt(world, room.sessions.cancel(id, session.activeStreamId, person), () => undefined)
      return
    case 'cancel queued': {
      const [item] = queue.items
      if (!item) return
      return attempt(world, room.sessions.cancel(id, item.streamId, person), ({ state }) => {
        if (state === 'cancelled') world.taken.add(item.messageId)
      })
    }
    case 'interrupt':
      return attempt(world, room.send(id, 'now', { whenBusy: 'interrupt' }), ({ messageId }) =>
        world.acknowledged.add(messageId),
      )
    case 'take out':
    case 'edit queued':
    case 'move queued':
    case 'send now':
      return actOnQueue(world, does, queue.items[session.headSeq % (queue.items.length || 1)]?.messageId)
    case 'resume':
      return attempt(world, room.sessions.resumeQueue(id, person), () => undefined)
    case 'end':
      return prompt?.end({ stopReason: prompt.signal.aborted ? 'cancelled' : 'end_turn' })
    case 'fail':
      return prompt?.fail({ kind: 'transient' })
    case 'die':
      return runtime?.die()
    case 'switch provider': {
      const provider = session.provider === 'fake' ? 'other' : 'fake'
      return attempt(world, room.sessions.patch(id, { provider }, null, person), () => undefined)
    }
    case 'hold the disk':
      world.release()
      world.isDiskHeld = true
      world.release = room.store.holdCommits()
      return
    case 'let the disk go':
      return letGo(world)
    case 'crash':
      letGo(world)
      world.room = await room.restart()
  }
}

function actOnQueue(
  world: World,
  does: 'take out' | 'edit queued' | 'move queued' | 'send now',
  messageId?: string,
): void {
  const { id, room, taken } = world
  if (!messageId) return
  const { sessions } = room
  if (does === 'take out') {
    attempt(world, sessions.takeOut(id, messageId, person), () => taken.add(messageId))
    return
  }
  if (does === 'send now') {
    attempt(world, sessions.sendNow(id, messageId, person), () => undefined)
    return
  }
  const change = does === 'edit queued' ? { text: 'in other words' } : { position: 1 + (messageId.charCodeAt(9) % 3) }
  attempt(world, sessions.editQueued(id, messageId, change, person), ({ items }) =>
    expect(items.some((item) => item.messageId === messageId)).toBe(true),
  )
}

function letGo(world: World): void {
  world.isDiskHeld = false
  world.release()
}

/** A runtime that is being opened is open, as far as the disk lets it. */
async function pause(world: World): Promise<void> {
  await quiet()
  if (world.isDiskHeld) return
  await waitFor(async () => {
    const { state } = await world.room.row(world.id)
    if (state === 'starting') throw new Error(`Still ${state}`)
  })
}

/** Lets everything end that can end by itself, and stops the rest. */
async function settle(world: World): Promise<void> {
  letGo(world)
  await Promise.all(world.underWay)
  await waitFor(async () => {
    const { session } = await world.room.get(world.id)
    if (session.activeStreamId === null) return
    const runtime = world.room.runtimes.opened.findLast((one) => !one.isClosed)
    runtime?.prompts.at(-1)?.end()
    throw new Error(`Still ${session.state}`)
  })
}

function verify({ room, id, acknowledged, taken, decisions, told }: World): void {
  const log = room.events(id)
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
  const lastOf = new Map<string, SessionEvent>()
  const live = new Set<string>()
  const open = new Set<string>()
  for (const event of log) {
    expect(event.prev, 'prev is the event before it in its stream').toBe(lastOf.get(event.streamId)?.seq ?? 0)
    expect(lastOf.get(event.streamId)?.type, 'nothing follows the end of a stream').not.toBe('turn_ended')
    lastOf.set(event.streamId, event)
    if (event.type === 'turn_started') live.add(event.streamId)
    if (event.type === 'permission_requested') open.add(event.permission.id)
    if (event.type === 'permission_resolved' || event.type === 'permission_expired') open.delete(event.permission.id)
    if (event.type === 'turn_ended') expect(open.size, 'what is open at an end has expired before it').toBe(0)
    if (event.type === 'turn_ended') expect(live.delete(event.streamId), 'an end has its start').toBe(true)
    expect(live.size, 'one turn at a time').toBeLessThanOrEqual(1)
  }
  expect(live.size, 'every start has its end').toBe(0)
  const state = reduceAll(initialState, log)
  const messages = [...state.messages.filter(({ role }) => role === 'user'), ...state.queue.items]
  const kept = messages.map((message) => ('id' in message ? message.id : message.messageId))
  expect(new Set(kept).size, 'no message twice').toBe(kept.length)
  for (const messageId of acknowledged)
    expect(kept.includes(messageId), 'acknowledged is kept, or was taken out').toBe(!taken.has(messageId))
  const resolved = log.flatMap((event) => (event.type === 'permission_resolved' ? [event.permission] : []))
  for (const [permissionId, options] of decisions) {
    expect(options, 'a permission is decided once').toHaveLength(1)
    const logged = resolved.filter((permission) => permission.id === permissionId)
    expect(logged.map(({ optionId }) => optionId)).toEqual(options)
  }
  expect([...told.values()].flat().length, 'an agent is told only what was decided').toBeLessThanOrEqual(
    resolved.length,
  )
  expect(room.store.rows.get(id)?.session).toMatchObject({ headSeq: log.length, activeStreamId: null, pending: [] })
}

test('whatever people, agents, the disk and crashes do to a chat, its log is one that the contract allows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (script) => {
      const room = createRoom()
      const { id } = await room.create()
      const maps = { decisions: new Map<string, string[]>(), told: new Map<string, string[]>() }
      const sets = { acknowledged: new Set<string>(), taken: new Set<string>() }
      const world: World = { room, id, release: () => undefined, isDiskHeld: false, ...maps, ...sets, underWay: [] }
      for (const { deed: does, isHasty } of script) {
        await act(world, does)
        if (!isHasty) await pause(world)
      }
      await settle(world)
      verify(world)
    }),
    { numRuns: 60 },
  )
}, 60_000)
