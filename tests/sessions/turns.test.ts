import { expect, test } from 'vitest'
import { createRoom, person, program, promptOf, quiet, sent, textOf } from './support/room.ts'

test('a message runs, streams and ends; its row says so at each step', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const answer = await room.send(id, 'Explain heddles')
  expect(answer).toMatchObject({ state: 'starting' })
  const prompt = await promptOf(room.runtimes, answer.streamId)
  expect(prompt.turn).toMatchObject({ turnId: answer.streamId, text: 'Explain heddles' })
  prompt.say('A heddle ')
  expect((await room.untilState(id, 'running')).activeStreamId).toBe(answer.streamId)
  prompt.say('keeps threads apart.')
  prompt.end({ usage: { inputTokens: 3 } })
  const row = await room.untilState(id, 'idle')
  expect(row).toMatchObject({ activeStreamId: null, activity: null, messageCount: 2, title: 'Explain heddles' })
  expect(row.lastMessagePreview).toBe('A heddle keeps threads apart.')
  const { messages, runs } = await room.get(id)
  expect(textOf(messages)).toBe('A heddle keeps threads apart.')
  expect(runs[0]).toMatchObject({ id: answer.streamId, state: 'done', usage: { inputTokens: 3 }, recovery: null })
  expect(room.types(id).slice(0, 3)).toEqual(['user_message', 'turn_started', 'runtime_changed'])
  expect(room.types(id).at(-1)).toBe('turn_ended')
})

test('nothing leaves for a runtime before the claim is durable, and nothing is answered', async () => {
  const room = createRoom()
  const { id } = await room.create()
  let written: string[] = []
  room.runtimes.onOpen = () => {
    written = room.types(id)
  }
  const release = room.store.holdCommits()
  let isAnswered = false
  const sending = room.send(id, 'wait').then(() => {
    isAnswered = true
  })
  await quiet()
  expect(isAnswered).toBe(false)
  expect((await room.row(id)).state).toBe('idle')
  release()
  await sending
  await room.runtimes.runtime()
  expect(written).toEqual(['user_message', 'turn_started'])
})

test('52. First turn of a new session: the row is there, named, running', async () => {
  const room = createRoom()
  room.runtimes.opening.hold = true
  const session = await room.create({ text: '# Plan the `loom`\nand more' })
  expect(session).toMatchObject({ state: 'starting', title: 'Plan the loom', titleSource: 'derived', revision: 1 })
  expect(session.activeStreamId).toMatch(/^run_/)
  expect(room.rows.at(-1)).toMatchObject({ id: session.id, state: 'starting', activity: 'Starting' })
  await room.runtimes.releaseOpening()
  await room.untilState(session.id, 'running')
})

test('9. A run that nobody watches: whoever comes later gets all of it', async () => {
  const room = createRoom()
  const session = await room.create({ text: 'count' })
  const prompt = await promptOf(room.runtimes, session.activeStreamId as string)
  for (let number = 1; number <= 500; number++) prompt.say(`${number} `)
  prompt.end()
  await room.untilState(session.id, 'idle')
  const expected = Array.from({ length: 500 }, (_, index) => `${index + 1} `).join('')
  expect(textOf((await room.get(session.id)).messages)).toBe(expected)
})

test('15. Text, tool, text, tool: the order is the true one, however fast they come', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.say('one')
  prompt.sink.update({ type: 'tool_call', toolCallId: 'a', title: 'Read', status: 'in_progress' })
  prompt.say('two')
  prompt.sink.update({ type: 'agent_thought_chunk', text: 'hm' })
  prompt.sink.update({ type: 'tool_call', toolCallId: 'b', title: 'Edit' })
  prompt.say('three')
  prompt.end()
  await room.untilState(id, 'idle')
  const [, answer] = (await room.get(id)).messages
  expect(
    answer?.parts.map((part) => (part.type === 'text' || part.type === 'thought' ? part.text : part.type)),
  ).toEqual(['one', 'tool', 'two', 'hm', 'tool', 'three'])
})

test('26. What is open when a turn ends is closed with it, and the same after a replay', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.say('before')
  prompt.sink.update({ type: 'tool_call', toolCallId: 'a', title: 'Build', status: 'in_progress' })
  prompt.end()
  await room.untilState(id, 'idle')
  const settled = await room.get(id)
  const tool = settled.messages[1]?.parts[1]
  expect(tool).toMatchObject({ type: 'tool', status: 'cancelled' })
  const { messages, runs } = await (await room.restart()).get(id)
  expect({ messages, runs }).toEqual(JSON.parse(JSON.stringify({ messages: settled.messages, runs: settled.runs })))
})

test('31. A send whose answer was cut off and is retried runs once', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const messageId = 'msg_aaaaaaaaaaaaaaaaaaaaaa'
  const [first, second] = await Promise.all([
    room.send(id, 'once', { messageId }),
    room.send(id, 'once', { messageId }),
  ])
  expect(second).toEqual(first)
  const prompt = await promptOf(room.runtimes, first.streamId)
  expect(await room.send(id, 'once', { messageId })).toMatchObject({ messageId, streamId: first.streamId })
  prompt.end()
  await room.untilState(id, 'idle')
  expect(await room.send(id, 'once', { messageId })).toMatchObject({ streamId: first.streamId })
  await expect(room.send(id, 'another', { messageId })).rejects.toMatchObject({ code: 'message_id_collision' })
  expect(sent(room, id, 'turn_started')).toHaveLength(1)
})

test('a retried message gets its answer even when its provider is not ready any more', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const messageId = 'msg_aaaaaaaaaaaaaaaaaaaaaa'
  const first = await room.send(id, 'once', { messageId })
  room.runtimes.set({ id: 'fake', state: 'not_installed', detail: 'Install it.' })
  expect((await room.send(id, 'once', { messageId })).streamId).toBe(first.streamId)
  await expect(room.send(id, 'twice')).rejects.toMatchObject({ code: 'provider_not_ready' })
})

test('21. The same text sent twice on purpose stands twice', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const first = await room.prompt(id, 'again')
  first.end()
  await room.untilState(id, 'idle')
  const second = await room.prompt(id, 'again')
  expect(second.turn.turnId).not.toBe(first.turn.turnId)
  second.end()
  await room.untilState(id, 'idle')
  const said = (await room.get(id)).messages.filter(({ role }) => role === 'user')
  expect(said.map(({ line }) => line)).toEqual([1, 2])
})

test('a second turn finds its runtime open, and runs at once', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const first = await room.prompt(id, 'one')
  first.end()
  await room.untilState(id, 'idle')
  expect(await room.send(id, 'two')).toMatchObject({ state: 'running' })
  const runtime = await room.runtimes.runtime()
  await runtime.prompt(1)
  expect(room.runtimes.opened).toHaveLength(1)
})

test('lines and numbers of messages are dense, and each message knows the event that began it', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const first = await room.prompt(id, 'one')
  first.say('answer')
  await room.send(id, 'two')
  first.end()
  const second = await (await room.runtimes.runtime()).prompt(1)
  second.say('answer')
  second.end()
  await room.untilState(id, 'idle')
  const { messages } = await room.get(id)
  expect(messages.map(({ line }) => line)).toEqual([1, 2, 3, 4])
  const events = room.events(id)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  for (const message of messages.filter(({ role }) => role === 'user')) {
    const event = events[message.seq - 1]
    expect(event?.type === 'user_message' && event.message.id).toBe(message.id)
  }
})

test('a program is named as the author of what it sends, a person is not', async () => {
  const room = createRoom()
  const { id } = await room.create()
  await room.send(id, 'mine')
  await room.sessions.send(id, { text: 'its', whenBusy: 'queue' }, program)
  const { messages, queue } = await room.get(id)
  expect(messages[0]?.author).toBeNull()
  expect(queue.items[0]?.author).toBe('ci')
})

test('53. A finish is unread until somebody has read up to it, and reading does not move the chat up the list', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  prompt.say('done')
  expect((await room.row(id)).unread).toBe(false)
  prompt.end()
  const row = await room.untilState(id, 'idle')
  expect(row.unread).toBe(true)
  const read = await room.sessions.patch(id, { readSeq: row.headSeq }, null, person)
  expect(read).toEqual({ ...row, unread: false })
  expect((await room.sessions.patch(id, { readSeq: 1 }, null, person)).unread).toBe(false)
})

test('an answer that is asked for again with its key is kept with the first event of its command', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const idempotency = { key: 'key_1 abc', requestHash: 'hash' }
  const answer = await room.sessions.send(id, { text: 'once', whenBusy: 'queue' }, { ...person, idempotency })
  expect(room.store.answers.get('key_1 abc')).toMatchObject({
    ...idempotency,
    status: 202,
    body: JSON.stringify(answer),
  })
  const created = await room.sessions.create(
    { provider: 'fake', kind: 'chat', mode: 'chat' },
    { ...person, idempotency: { key: 'key_1 def', requestHash: 'hash' } },
  )
  expect(room.store.answers.get('key_1 def')).toMatchObject({ status: 201, body: JSON.stringify(created.session) })
})

test('what is not built is said, not pretended', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const file = { type: 'file' as const, fileId: 'fil_1', name: 'a', mimeType: 'text/plain', size: 1 }
  const refused = { code: 'not_implemented' }
  await expect(room.send(id, 'look', { files: [file] })).rejects.toMatchObject(refused)
  await expect(room.create({ kind: 'council' })).rejects.toMatchObject(refused)
  await expect(room.create({ sharedRuntime: true })).rejects.toMatchObject(refused)
  await room.send(id, 'work')
  await expect(room.send(id, 'steer', { whenBusy: 'steer' })).rejects.toMatchObject(refused)
})
