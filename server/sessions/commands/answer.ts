/** A person's decision or answer: checked against exactly what was asked, durable first, then told to the agent. */
import type { ResolvePermission } from '../../../shared/api.ts'
import type { Answer, Permission, Question } from '../../../shared/model.ts'
import { ProblemError } from '../../../shared/problems.ts'
import { now } from '../needs.ts'
import { decided, findPart } from '../permissions.ts'
import { answered } from '../questions.ts'
import type { Actor } from '../sessions.ts'
import type { Decision, OwnerView } from './decision.ts'

export function decidePermission(
  owner: OwnerView,
  streamId: string,
  permissionId: string,
  body: ResolvePermission,
  actor: Actor,
): Decision<Permission> {
  const { turn, needs } = owner
  const asked = findPart(owner.cut.state, 'permission', ({ permission }) => permission.id === permissionId)?.permission
  if (asked?.streamId !== streamId) throw unknown('permission request')
  const at = now(needs)
  const permission = decided(asked, body, actor.name, at)
  const { optionId, reason } = permission
  return {
    drafts: [{ type: 'permission_resolved', streamId, at, permission }],
    answer: () => permission,
    done() {
      if (!turn || optionId === null) return
      const delivered = () => owner.delivered(turn, permissionId)
      turn.decide(permissionId, { outcome: 'selected', optionId, reason, delivered })
    },
  }
}

export function decideAnswer(
  owner: OwnerView,
  streamId: string,
  questionId: string,
  answer: Answer,
  actor: Actor,
): Decision<Question> {
  const { turn, needs } = owner
  const asked = findPart(owner.cut.state, 'question', (part) => part.question.id === questionId)?.question
  if (asked?.streamId !== streamId) throw unknown('question')
  const at = now(needs)
  const question = answered(asked, answer, actor.name, at)
  return {
    drafts: [{ type: 'question_answered', streamId, at, question }],
    answer: () => question,
    done: () => turn?.answer(questionId, answer),
  }
}

function unknown(what: string): ProblemError {
  return new ProblemError('not_found', `This chat has no such ${what} in this stream.`)
}
