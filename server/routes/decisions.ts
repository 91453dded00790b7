/** What a session waits for a person to decide: permissions and questions. */
import { ResolvePermission } from '../../shared/api.ts'
import { Answer, Permission, Question } from '../../shared/model.ts'
import type { House } from './house.ts'
import { commandOf, param, type Route, refuseAgents, route } from './route.ts'

export const decisionRoutes = ({ sessions }: House): Route[] => [
  route(
    'POST',
    '/api/sessions/:sessionId/streams/:activeStreamId/permissions/:permissionId',
    {
      summary: 'Decides a permission, once, by the digest of what was shown.',
      body: ResolvePermission,
      answers: { 200: Permission },
    },
    async (context, { body }) => {
      refuseAgents(context, 'Approving')
      const [id, streamId] = [param(context, 'sessionId'), param(context, 'activeStreamId')]
      const permissionId = param(context, 'permissionId')
      return context.json(await sessions.resolvePermission(id, streamId, permissionId, body, commandOf(context)))
    },
  ),
  route(
    'POST',
    '/api/sessions/:sessionId/streams/:activeStreamId/questions/:questionId',
    { summary: 'Answers a question, once.', body: Answer, answers: { 200: Question } },
    async (context, { body }) => {
      const [id, streamId] = [param(context, 'sessionId'), param(context, 'activeStreamId')]
      const questionId = param(context, 'questionId')
      return context.json(await sessions.answerQuestion(id, streamId, questionId, body, commandOf(context)))
    },
  ),
]
