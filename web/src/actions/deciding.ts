/** What a person decides of a run: stop it, allow or reject what it asks for, answer it, let its queue go on. */
import type { Answer, Permission, Question } from '../../../shared/model.ts'
import { ApiProblem } from '../net/problem.ts'
import { doingOf } from '../state/doings.ts'
import type { Outcome, Performer } from './perform.ts'

export interface ResolveExtra {
  scope?: 'once' | 'session' | 'always'
  /** Why it was rejected: the agent is told. */
  reason?: string
}

export interface Deciding {
  stop(sessionId: string, streamId: string): Promise<Outcome>
  resolvePermission(permission: Permission, optionId: string, extra?: ResolveExtra): Promise<Outcome>
  answerQuestion(question: Question, answer: Answer): Promise<Outcome>
  resumeQueue(sessionId: string): Promise<Outcome>
}

export function createDeciding({ perform, post }: Performer): Deciding {
  const pathOf = (sessionId: string, streamId: string) => `/api/sessions/${sessionId}/streams/${streamId}`

  return {
    stop: (sessionId, streamId) =>
      perform(doingOf.stop(streamId), async () => {
        try {
          await post(`${pathOf(sessionId, streamId)}/cancel`, {})
        } catch (error) {
          // It ended by itself in the meantime: what was wanted is so.
          if (!(error instanceof ApiProblem) || error.code !== 'not_active') throw error
        }
      }),
    resolvePermission: (permission, optionId, extra = {}) =>
      perform(doingOf.permission(permission.id), async () => {
        const { id, sessionId, streamId, digest } = permission
        await post(`${pathOf(sessionId, streamId)}/permissions/${id}`, { optionId, digest, ...extra })
      }),
    answerQuestion: ({ id, sessionId, streamId }, answer) =>
      perform(doingOf.question(id), async () => {
        await post(`${pathOf(sessionId, streamId)}/questions/${id}`, answer)
      }),
    resumeQueue: (sessionId) =>
      perform(doingOf.queue(sessionId), async () => {
        await post(`/api/sessions/${sessionId}/queue/resume`, {})
      }),
  }
}
