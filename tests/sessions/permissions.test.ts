import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ResolvePermission } from '../../shared/api.ts'
import type { Permission } from '../../shared/model.ts'
import { aRequest } from './support/fake-runtimes.ts'
import { createRoom, person, program, quiet, type Room, sent } from './support/room.ts'

async function asking(room: Room, ...commands: string[]) {
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const decisions = commands.map((command) => prompt.sink.requestPermission(aRequest(command)))
  const row = await room.until(id, ({ pending }) => pending.length === commands.length)
  return { id, prompt, decisions, pending: row.pending as Permission[] }
}

function decide(room: Room, permission: Permission, body: Partial<ResolvePermission> = {}, by = person) {
  const { sessionId, streamId, id, digest } = permission
  return room.sessions.resolvePermission(sessionId, streamId, id, { optionId: 'yes', digest, ...body }, by)
}

test('an approval is shown whole in the row, and the agent gets the decision once it is durable', async () => {
  const room = createRoom()
  const { id, prompt, decisions, pending } = await asking(room, 'npm test')
  expect(await room.row(id)).toMatchObject({ state: 'needs_approval', activity: 'Run npm test' })
  const [permission] = pending as [Permission]
  expect(permission).toMatchObject({ subject: { command: 'npm test' }, state: 'pending', deliveredAt: null })
  const resolved = await decide(room, permission)
  expect(resolved).toMatchObject({ state: 'resolved', resolvedBy: 'Ada', optionId: 'yes', reason: null })
  const decision = await decisions[0]
  expect(decision).toMatchObject({ outcome: 'selected', optionId: 'yes', reason: null })
  if (decision?.outcome === 'selected') decision.delivered()
  expect((await room.untilState(id, 'running')).pending).toEqual([])
  prompt.end()
  await room.untilState(id, 'idle')
  expect(room.types(id).filter((type) => type.startsWith('permission') || type.startsWith('tool'))).toEqual([
    'tool_call',
    'permission_requested',
    'permission_resolved',
    'permission_delivered',
  ])
})

test('the agent is told nothing before the decision is durable', async () => {
  const room = createRoom()
  const { decisions, pending } = await asking(room, 'rm -rf /')
  const release = room.store.holdCommits()
  let isTold = false
  void decisions[0]?.then(() => {
    isTold = true
  })
  const deciding = decide(room, pending[0] as Permission)
  await quiet()
  expect(isTold).toBe(false)
  release()
  await deciding
  await decisions[0]
})

test('the digest is the SHA-256 of the subject’s canonical JSON, whatever the order of its keys', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const request = aRequest('x')
  void prompt.sink.requestPermission({
    ...request,
    subject: { rawInput: { b: [2, { d: 1, c: 2 }], a: 1 }, command: 'é' },
  })
  const row = await room.until(id, ({ pending }) => pending.length === 1)
  const canonical = '{"command":"é","rawInput":{"a":1,"b":[2,{"c":2,"d":1}]}}'
  expect((row.pending[0] as Permission).digest).toBe(createHash('sha256').update(canonical).digest('hex'))
})

test('42. Two approvals at once: both stand, each answer reaches its own', async () => {
  const room = createRoom()
  const { id, decisions, pending } = await asking(room, 'one', 'two')
  const [one, two] = pending as [Permission, Permission]
  expect([one.subject.command, two.subject.command]).toEqual(['one', 'two'])
  await decide(room, two, { optionId: 'no', reason: 'too risky' })
  expect(await decisions[1]).toMatchObject({ optionId: 'no', reason: 'too risky' })
  expect((await room.row(id)).pending).toMatchObject([{ id: one.id }])
  expect((await room.row(id)).state).toBe('needs_approval')
  await decide(room, one)
  expect(await decisions[0]).toMatchObject({ optionId: 'yes' })
})

test('44. The click’s request fails: the card stays, and a retry decides once', async () => {
  const room = createRoom()
  const { id, decisions, pending } = await asking(room, 'one')
  const [permission] = pending as [Permission]
  await expect(decide(room, permission, { digest: 'of something else' })).rejects.toMatchObject({
    code: 'digest_mismatch',
  })
  await expect(decide(room, permission, { optionId: 'maybe' })).rejects.toMatchObject({ code: 'invalid_body' })
  await expect(decide(room, permission, { scope: 'always' })).rejects.toMatchObject({ code: 'not_implemented' })
  expect((await room.row(id)).pending).toHaveLength(1)
  await decide(room, permission)
  expect(await decisions[0]).toMatchObject({ optionId: 'yes' })
  expect(sent(room, id, 'permission_resolved')).toHaveLength(1)
})

test('45. Answered in another tab: this one is told by whom, when and what', async () => {
  const room = createRoom()
  const { pending } = await asking(room, 'one')
  const [permission] = pending as [Permission]
  const answers = await Promise.allSettled([
    decide(room, permission),
    decide(room, permission, { optionId: 'no' }, program),
  ])
  expect(answers[0]).toMatchObject({ status: 'fulfilled' })
  expect(answers[1]).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'already_resolved',
      message: 'Ada has already decided: Allow.',
      extensions: { resolvedBy: 'Ada', optionId: 'yes', optionName: 'Allow', resolvedAt: expect.any(String) },
    },
  })
})

test('44. Decided but not deliverable: the turn ends with “allowed, but nothing was run”', async () => {
  const room = createRoom()
  const { id, prompt, decisions, pending } = await asking(room, 'deploy')
  await decide(room, pending[0] as Permission)
  await decisions[0]
  prompt.fail({ kind: 'died', summary: 'The agent died.', cause: 'killed' })
  await room.untilState(id, 'error')
  const { runs } = await room.get(id)
  expect(runs[0]?.recovery).toMatchObject({ status: 'Not delivered', humanInputRequired: true })
  expect(runs[0]?.recovery?.summary).toContain('Allowed, but nothing was run')
  expect(sent(room, id, 'permission_expired')[0]).toMatchObject({
    permission: { state: 'expired', optionId: 'yes', reason: expect.stringContaining('nothing was run') },
  })
  await expect(decide(room, pending[0] as Permission)).rejects.toMatchObject({ code: 'expired' })
})

test('47. The agent dies with an approval open: the card expires, with its reason; nothing was run', async () => {
  const room = createRoom()
  const { id, decisions, pending } = await asking(room, 'deploy')
  const runtime = await room.runtimes.runtime()
  runtime.die()
  const row = await room.untilState(id, 'error')
  expect(row.pending).toEqual([])
  expect(await decisions[0]).toEqual({ outcome: 'cancelled' })
  const [expired] = sent(room, id, 'permission_expired')
  expect(expired).toMatchObject({
    permission: { state: 'expired', reason: expect.stringContaining('nothing was run') },
  })
  expect((await room.get(id)).runs[0]?.recovery).toMatchObject({ summary: 'The agent died.' })
  await expect(decide(room, pending[0] as Permission)).rejects.toMatchObject({ code: 'expired' })
})

test('a stop expires what was asked, with its reason, before the agent has confirmed', async () => {
  const room = createRoom()
  const { id, prompt, decisions, pending } = await asking(room, 'deploy')
  await room.sessions.cancel(id, prompt.turn.turnId, person)
  expect((await room.row(id)).pending).toEqual([])
  expect(await decisions[0]).toEqual({ outcome: 'cancelled' })
  await expect(decide(room, pending[0] as Permission)).rejects.toMatchObject({
    code: 'expired',
    message: 'Ada stopped the turn: nothing was run.',
  })
  await expect(prompt.sink.requestPermission(aRequest('more'))).resolves.toEqual({ outcome: 'cancelled' })
})

test('a decision acts on exactly the session, stream and request that it names', async () => {
  const room = createRoom()
  const a = await asking(room, 'in a')
  const b = await asking(room, 'in b')
  const [inA] = a.pending as [Permission]
  const [inB] = b.pending as [Permission]
  const body = { optionId: 'yes', digest: inB.digest }
  const wrong = [
    room.sessions.resolvePermission(a.id, inA.streamId, inB.id, body, person),
    room.sessions.resolvePermission(b.id, inA.streamId, inB.id, body, person),
    room.sessions.resolvePermission(a.id, inB.streamId, inB.id, body, person),
  ]
  for (const attempt of wrong) await expect(attempt).rejects.toMatchObject({ code: 'not_found' })
  expect((await room.row(b.id)).pending).toHaveLength(1)
})

test('48. What is shown is what is run: 16 KB of command, unchanged', async () => {
  const room = createRoom()
  const command = `echo ${'\u202ehidden\u200b'.repeat(1200)}`
  const { pending } = await asking(room, command)
  expect((pending[0] as Permission).subject.command).toBe(command)
})

test('46. Approve from the row while looking at B: A goes on; B does not move', async () => {
  const room = createRoom()
  const a = await asking(room, 'in a')
  const b = await room.create()
  await room.prompt(b.id, 'b')
  const before = await room.row(b.id)
  const [pending] = (await room.row(a.id)).pending as [Permission]
  await decide(room, pending)
  await a.decisions[0]
  expect((await room.row(a.id)).state).toBe('running')
  expect(await room.row(b.id)).toEqual(before)
})

test('a tool call that is known already keeps the state that it has when permission is asked for it', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.sink.update({ type: 'tool_call', toolCallId: 'call x', title: 'x', status: 'in_progress' })
  void prompt.sink.requestPermission(aRequest('x'))
  await room.untilState(id, 'needs_approval')
  const parts = (await room.get(id)).live?.messages[0]?.parts
  expect(parts).toMatchObject([{ type: 'tool', status: 'in_progress', kind: 'execute' }, { type: 'permission' }])
})

test('an agent that asks without end waits for nobody beyond what a row can hold', async () => {
  const room = createRoom()
  const commands = Array.from({ length: 64 }, (_, index) => `command ${index}`)
  const { prompt } = await asking(room, ...commands)
  await expect(prompt.sink.requestPermission(aRequest('one more'))).resolves.toEqual({ outcome: 'cancelled' })
})

test('45. Who comes second is told so only when the first decision is durable', async () => {
  const room = createRoom()
  const { pending } = await asking(room, 'one')
  const release = room.store.holdCommits()
  const first = decide(room, pending[0] as Permission)
  let isTold = false
  const second = decide(room, pending[0] as Permission).catch(() => {
    isTold = true
  })
  await quiet()
  expect(isTold).toBe(false)
  release()
  await Promise.all([first, second])
  expect(isTold).toBe(true)
})
