import { beforeEach, expect, test } from 'vitest'
import { problem, Server } from '../net/server.ts'
import { ses } from '../state/world.ts'
import { type Desk, sitDown } from './desk.ts'

let server: Server
let desk: Desk
const chat = ses('a')
const message = 'msg_AAAAAAAAAAAAAAAAAAAAAA'
const path = `/api/sessions/${chat}/queue/${message}`
beforeEach(() => {
  server = new Server()
  desk = sitDown(server)
})

test('A queued message is edited, moved, sent now and taken out by the ids that were clicked', async () => {
  const { actions } = desk
  await actions.editQueued(chat, message, 'other words')
  await actions.moveQueued(chat, message, 2)
  await actions.sendNow(chat, message)
  await actions.takeOut(chat, message)
  expect(server.asked.map(({ method, path, body }) => [method, path, body ?? null])).toEqual([
    ['PATCH', path, { text: 'other words' }],
    ['PATCH', path, { position: 2 }],
    ['POST', `${path}/send-now`, {}],
    ['DELETE', path, null],
  ])
})

test('Taken out by somebody else in that moment is no failure; sent in that moment is told', async () => {
  server.answer(problem(404, 'not_found'))
  expect(await desk.actions.takeOut(chat, message)).toMatchObject({ ok: true })
  server.answer(problem(409, 'already_sent', 'It has left the queue.'))
  expect(await desk.actions.takeOut(chat, message)).toMatchObject({ failure: { detail: 'It has left the queue.' } })
})

test('Words that come back stand in the composer, behind what is typed there', () => {
  desk.actions.giveBack(chat, 'first')
  desk.actions.giveBack(chat, 'second')
  expect(desk.state.drafts.get(chat).text).toBe('first\n\nsecond')
  expect(desk.state.drafts.unsaved(chat)?.text).toBe('first\n\nsecond')
  desk.life.abort()
})
