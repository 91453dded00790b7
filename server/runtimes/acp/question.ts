/** ACP's elicitation as a question, and the answer back. */
import { CreateElicitationRequest, type CreateElicitationResponse } from '@agentclientprotocol/sdk'
import type { Answer, QuestionSchema } from '../../../shared/model.ts'
import type { QuestionRequest } from '../runtime.ts'

/** Null: not a form, which is all that we said we can show. */
export function questionRequest(request: CreateElicitationRequest): QuestionRequest | null {
  if (!CreateElicitationRequest.isForm(request)) return null
  const { title, description, properties, required } = request.requestedSchema
  const schema = {
    ...withoutNulls({ title, description, required }),
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, property]) => [name, withoutNulls(property)]),
    ),
  }
  return { message: request.message, schema: schema as QuestionSchema }
}

export function elicitationResponse(answer: Answer): CreateElicitationResponse {
  return answer.action === 'accept' ? { action: 'accept', content: answer.content } : { action: answer.action }
}

/** ACP says null where we leave out. */
function withoutNulls(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name, field]) => field != null && name !== '_meta'))
}
