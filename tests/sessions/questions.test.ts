import { expect, test } from 'vitest'
import type { Answer, Question, QuestionSchema } from '../../shared/model.ts'
import { createRoom, person, program, type Room, sent } from './support/room.ts'

const schema: QuestionSchema = {
  type: 'object',
  properties: {
    colour: { type: 'string', enum: ['red', 'blue'] },
    size: { type: 'integer', minimum: 1, maximum: 9 },
    name: { type: 'string', minLength: 2, maxLength: 5 },
    sure: { type: 'boolean' },
    tags: { type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }, { const: 'b' }] }, maxItems: 2 },
    shade: { type: 'string', oneOf: [{ const: 'dark', title: 'Dark' }] },
  },
  required: ['colour'],
}

async function asking(room: Room) {
  const { id } = await room.create()
  const prompt = await room.prompt(id, 'work')
  const answer = prompt.sink.ask({ message: 'Which colour?', schema })
  const row = await room.untilState(id, 'needs_answer')
  return { id, prompt, answer, question: row.pending[0] as Question }
}

const reply = (room: Room, question: Question, answer: Answer, by = person) =>
  room.sessions.answerQuestion(question.sessionId, question.streamId, question.id, answer, by)
const accept = (content: Extract<Answer, { action: 'accept' }>['content']): Answer => ({ action: 'accept', content })

test('a question waits in the row, and its answer reaches the agent', async () => {
  const room = createRoom()
  const { id, prompt, answer, question } = await asking(room)
  expect(await room.row(id)).toMatchObject({ activity: 'Asks a question' })
  const content = { colour: 'red', size: 3, name: 'abc', sure: true, tags: ['a', 'b'], shade: 'dark' }
  expect(await reply(room, question, accept(content))).toMatchObject({ state: 'resolved', resolvedBy: 'Ada' })
  expect(await answer).toEqual(accept(content))
  expect((await room.row(id)).state).toBe('running')
  prompt.end()
  await room.untilState(id, 'idle')
  expect(sent(room, id, 'question_answered')).toHaveLength(1)
})

test.each([
  [{}, 'colour', 'This is needed.'],
  [{ colour: 'green' }, 'colour', 'One of: red, blue'],
  [{ colour: 'red', size: 10 }, 'size', 'At most 9.'],
  [{ colour: 'red', size: 1.5 }, 'size', 'A whole number is needed.'],
  [{ colour: 'red', size: 'three' }, 'size', 'A number is needed.'],
  [{ colour: 'red', name: 'a' }, 'name', 'At least 2 characters.'],
  [{ colour: 'red', name: 'abcdef' }, 'name', 'At most 5 characters.'],
  [{ colour: 'red', sure: 'yes' }, 'sure', 'Yes or no is needed.'],
  [{ colour: 'red', tags: ['c'] }, 'tags', 'Each one of: a, b'],
  [{ colour: 'red', tags: ['a', 'b', 'a'] }, 'tags', 'At most 2.'],
  [{ colour: 'red', shade: 'light' }, 'shade', 'One of: dark'],
  [{ colour: 'red', constructor: 'x' }, 'constructor', 'The question has no such field.'],
])('an answer that does not fit is refused with what is wrong: %j', async (content, path, message) => {
  const room = createRoom()
  const { id, question } = await asking(room)
  await expect(reply(room, question, accept(content as never))).rejects.toMatchObject({
    code: 'invalid_answer',
    extensions: { issues: [{ path, message }] },
  })
  expect((await room.row(id)).pending).toHaveLength(1)
})

test('a question may be declined without an answer', async () => {
  const room = createRoom()
  const { answer, question } = await asking(room)
  await reply(room, question, { action: 'decline' })
  expect(await answer).toEqual({ action: 'decline' })
})

test('a second answer is told who was first', async () => {
  const room = createRoom()
  const { question } = await asking(room)
  await reply(room, question, accept({ colour: 'red' }))
  await expect(reply(room, question, accept({ colour: 'blue' }), program)).rejects.toMatchObject({
    code: 'already_resolved',
    extensions: { resolvedBy: 'Ada', answer: { content: { colour: 'red' } } },
  })
})

test('a question whose turn has ended can no longer be answered', async () => {
  const room = createRoom()
  const { id, prompt, answer, question } = await asking(room)
  prompt.end()
  await room.untilState(id, 'idle')
  expect(await answer).toEqual({ action: 'cancel' })
  await expect(reply(room, question, accept({ colour: 'red' }))).rejects.toMatchObject({ code: 'expired' })
  expect(sent(room, id, 'question_expired')).toMatchObject([{ question: { reason: expect.any(String) } }])
})
