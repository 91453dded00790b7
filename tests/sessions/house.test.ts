import { expect, test } from 'vitest'
import type { Permission, Question } from '../../shared/model.ts'
import { reduceAll } from '../../shared/reduce.ts'
import { initialState, lastTurns } from '../../shared/state.ts'
import { createRealRoom, type RealRoom } from './support/real-room.ts'
import { person, textOf } from './support/room.ts'

const counted = (n: number) => Array.from({ length: n }, (_, index) => `${index + 1} `).join('')
const decide = (room: RealRoom, { sessionId, streamId, id, digest, options }: Permission, kind: string) => {
  const optionId = options.find((option) => option.kind === kind)?.optionId ?? ''
  return room.sessions.resolvePermission(sessionId, streamId, id, { optionId, digest }, person)
}

test('a chat with the demo agent: streamed, stored, and the same when it is read again', async () => {
  const room = await createRealRoom()
  const id = await room.create()
  const { messages, session } = await room.turn(id, '/demo think a little; tool reading 5; count 500 @0')
  expect(textOf(messages)).toContain(counted(500))
  expect(session.runtimeSessionId).not.toBeNull()
  expect(session.model).not.toBeNull()
  const events = await room.events(id)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(room.committed.map(({ data }) => JSON.parse(data))).toEqual(events)
  const { session: _, nextBeforeLine: __, ...state } = await room.sessions.get(id)
  expect(JSON.parse(JSON.stringify(state))).toEqual(
    JSON.parse(JSON.stringify(lastTurns(reduceAll(initialState, events)))),
  )
})

test('42. Two approvals in one chat and one in another: each answer reaches its own', async () => {
  const room = await createRealRoom()
  const [a, b] = [await room.create(), await room.create()]
  await room.send(a, '/demo ask echo one; ask echo two')
  await room.send(b, '/demo ask echo three')
  const [inA, inB] = [
    (await room.until(a, ({ session }) => session.pending.length > 0)).session.pending[0] as Permission,
    (await room.until(b, ({ session }) => session.pending.length > 0)).session.pending[0] as Permission,
  ]
  await decide(room, inB, 'reject_once')
  await decide(room, inA, 'allow_once')
  const second = (
    await room.until(
      a,
      ({ session }) => (session.pending[0] as Permission)?.id !== inA.id && session.pending.length > 0,
    )
  ).session.pending[0] as Permission
  await decide(room, second, 'reject_once')
  const said = async (id: string) => textOf((await room.until(id, ({ live }) => live === null)).messages)
  expect(await said(a)).toContain('ran: echo one')
  expect(await said(a)).toContain('rejected: echo two')
  expect(await said(b)).toContain('rejected: echo three')
  const types = (await room.events(a)).map(({ type }) => type)
  expect(types.filter((type) => type === 'permission_delivered')).toHaveLength(2)
})

test('a question is answered, and the agent says what it was told', async () => {
  const room = await createRealRoom()
  const id = await room.create()
  await room.send(id, '/demo question Which? | red | blue')
  const { session } = await room.until(id, (answer) => answer.session.state === 'needs_answer')
  const question = session.pending[0] as Question
  const [field = ''] = Object.keys(question.schema.properties)
  const answer = { action: 'accept' as const, content: { [field]: 'blue' } }
  await room.sessions.answerQuestion(id, question.streamId, question.id, answer, person)
  const { messages } = await room.until(id, ({ live }) => live === null)
  expect(textOf(messages)).toContain('answer: blue')
})

test('34, 36. A stop in mid-run keeps what was said; the next send is taken at once and runs after it', async () => {
  const room = await createRealRoom()
  const id = await room.create()
  const { streamId } = await room.send(id, '/demo count 100000 @500')
  await room.until(id, ({ live }) => textOf(live?.messages ?? []).includes('3 '))
  await room.sessions.cancel(id, streamId, person)
  const next = await room.send(id, '/demo say clean')
  const { messages, runs } = await room.until(id, (answer) => answer.runs.some((run) => run.id === next.streamId))
  expect(runs.map(({ stopReason }) => stopReason)).toEqual(['cancelled', 'end_turn'])
  expect(textOf(messages.filter((message) => message.streamId === streamId))).toMatch(/^1 2 3 /)
  expect(textOf(messages.filter((message) => message.streamId === next.streamId)).trim()).toBe('clean')
})

test('37. Late output of a stopped turn does not reach the next one', async () => {
  const room = await createRealRoom()
  const id = await room.create()
  const first = await room.send(id, '/demo count 5; late 300; wait 60000')
  await room.until(id, ({ live }) => textOf(live?.messages ?? []).includes('5 '))
  await room.sessions.cancel(id, first.streamId, person)
  const second = await room.send(id, '/demo say clean')
  const { messages } = await room.until(id, ({ runs }) => runs.some((run) => run.id === second.streamId))
  expect(textOf(messages.filter((message) => message.streamId === second.streamId)).trim()).toBe('clean')
})

test('39, 49. After a crash the store holds prompt, answer and queue; the agent’s context is taken up or told', async () => {
  const room = await createRealRoom()
  const id = await room.create()
  await room.turn(id, '/demo say remember the loom')
  await room.send(id, '/demo count 100000 @200')
  await room.until(id, ({ live }) => textOf(live?.messages ?? []).includes('2 '))
  await room.send(id, '/demo say later')
  const after = await room.restart()
  const { session, runs, queue } = await after.sessions.get(id)
  expect(session).toMatchObject({ state: 'interrupted', activeStreamId: null, queueLength: 1 })
  expect(runs.at(-1)).toMatchObject({ stopReason: 'interrupted' })
  expect(queue.held).toBe('interrupted')
  const { messages } = await after.turn(id, '/demo recall')
  expect(textOf(messages.slice(-1))).toContain('remember the loom')
})

test('56. Two chats never share a runtime session, and what was picked is what the agent knows', async () => {
  const room = await createRealRoom()
  const [a, b] = [await room.create('guide'), await room.create('worker')]
  await room.turn(a, '/demo say only for a')
  const inA = textOf((await room.turn(a, '/demo whoami; recall')).messages.slice(-1))
  const inB = textOf((await room.turn(b, '/demo whoami; recall')).messages.slice(-1))
  expect(inA).toContain('model=guide')
  expect(inB).toContain('model=worker')
  expect(inA).toContain('only for a')
  expect(inB).not.toContain('only for a')
  const rows = await Promise.all([a, b].map(async (id) => (await room.sessions.get(id)).session.runtimeSessionId))
  expect(inA).toContain(`runtime=${rows[0]}`)
  expect(inB).toContain(`runtime=${rows[1]}`)
})

test('a flood arrives whole, in few events', async () => {
  const room = await createRealRoom()
  const id = await room.create()
  const { messages } = await room.turn(id, '/demo flood 2048')
  expect(textOf(messages).length).toBeGreaterThanOrEqual(2048 * 1024)
  expect((await room.events(id)).length).toBeLessThan(400)
})
