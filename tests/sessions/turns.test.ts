import { expect, test } from 'vitest'
import { createRoom, quiet, sent, textOf } from './support/room.ts'

test('a message runs, streams and ends; its row says so at each step', async () => {
  const room = createRoom()
  const { id } = await room.create()
  const answer = await room.send(id, 'Explain heddles')
  expect(answer).toMatchObject({ state: 'starting' })
  const prompt = await room.runtimes.runtime().then((runtime) => runtime.prompt())
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
  const release = room.store.holdCommits()
  let isAnswered = false
  const sending = room.send(id, 'wait').then(() => {
    isAnswered = true
  })
  await quiet()
  expect(room.runtimes.requests).toHaveLength(0)
  expect(isAnswered).toBe(false)
  expect((await room.row(id)).state).toBe('idle')
  release()
  await sending
  await room.runtimes.runtime()
  expect(sent(room, id, 'turn_started')).toHaveLength(1)
})
