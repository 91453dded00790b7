/** What is sent, stopped, and waits its turn. */
import { PatchQueued, SendTurn } from '../../shared/api.ts'
import { Queue } from '../../shared/model.ts'
import { CancelAnswer, SendAnswer } from './answers.ts'
import type { House } from './house.ts'
import { commandOf, param, type Route, route } from './route.ts'

export const turnRoutes = ({ sessions }: House): Route[] => [
  route(
    'POST',
    '/api/sessions/:sessionId/turns',
    {
      summary: 'Sends a prompt; what happens when a turn runs, `whenBusy` says.',
      body: SendTurn,
      answers: { 202: SendAnswer },
    },
    async (context, { body }) =>
      context.json(await sessions.send(param(context, 'sessionId'), body, commandOf(context)), 202),
  ),
  route(
    'POST',
    '/api/sessions/:sessionId/streams/:activeStreamId/cancel',
    { summary: 'Stops exactly this turn.', answers: { 202: CancelAnswer } },
    async (context) => {
      const [id, streamId] = [param(context, 'sessionId'), param(context, 'activeStreamId')]
      return context.json(await sessions.cancel(id, streamId, commandOf(context)), 202)
    },
  ),
  route(
    'GET',
    '/api/sessions/:sessionId/queue',
    { summary: 'What waits its turn, and why it waits.', answers: { 200: Queue } },
    async (context) => context.json(await sessions.queue(param(context, 'sessionId'))),
  ),
  route(
    'PATCH',
    '/api/sessions/:sessionId/queue/:messageId',
    { summary: 'Changes the words or the place of a message that waits.', body: PatchQueued, answers: { 200: Queue } },
    async (context, { body }) => {
      const [id, messageId] = [param(context, 'sessionId'), param(context, 'messageId')]
      return context.json(await sessions.editQueued(id, messageId, body, commandOf(context)))
    },
  ),
  route(
    'DELETE',
    '/api/sessions/:sessionId/queue/:messageId',
    { summary: 'Takes a message out of the queue.', answers: { 200: Queue } },
    async (context) => {
      const [id, messageId] = [param(context, 'sessionId'), param(context, 'messageId')]
      return context.json(await sessions.takeOut(id, messageId, commandOf(context)))
    },
  ),
  route(
    'POST',
    '/api/sessions/:sessionId/queue/:messageId/send-now',
    { summary: 'Lets a queued message run next: what runs now is stopped for it.', answers: { 202: SendAnswer } },
    async (context) => {
      const [id, messageId] = [param(context, 'sessionId'), param(context, 'messageId')]
      return context.json(await sessions.sendNow(id, messageId, commandOf(context)), 202)
    },
  ),
  route(
    'POST',
    '/api/sessions/:sessionId/queue/resume',
    { summary: 'Lets a queue go on that waits after a stop or an error.', answers: { 200: Queue } },
    async (context) => context.json(await sessions.resumeQueue(param(context, 'sessionId'), commandOf(context))),
  ),
]
