/** Questions that an agent asks: a message and a flat schema. An answer is checked against it before the agent sees it. */
import type { Answer, Question, QuestionContent, QuestionSchema } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { QuestionRequest } from '../runtimes/runtime.ts'
import type { Asking } from './permissions.ts'

export function newQuestion(request: QuestionRequest, { id, sessionId, streamId, at }: Asking): Question {
  return {
    id,
    sessionId,
    streamId,
    message: request.message,
    schema: request.schema,
    state: 'pending',
    answer: null,
    askedAt: at,
    resolvedAt: null,
    resolvedBy: null,
    reason: null,
  }
}

/** The question as an answer leaves it. Throws what is wrong with the answer. */
export function answered(question: Question, answer: Answer, by: string, at: string): Question {
  if (question.state === 'expired')
    throw new ProblemError('expired', question.reason ?? 'This question has expired: the agent no longer waits for it.')
  if (question.state === 'resolved') {
    const { resolvedBy, resolvedAt } = question
    const detail = `${resolvedBy} has already answered.`
    throw new ProblemError('already_resolved', detail, { resolvedBy, resolvedAt, answer: question.answer })
  }
  const issues = answer.action === 'accept' ? issuesOf(question.schema, answer.content) : []
  if (issues.length > 0) throw new ProblemError('invalid_answer', 'The answer does not fit the question.', { issues })
  return { ...question, state: 'resolved', answer, resolvedAt: at, resolvedBy: by }
}

export function expiredQuestion(question: Question, reason: string, at: string): Question {
  return { ...question, state: 'expired', resolvedAt: at, reason }
}

interface Issue {
  path: string
  message: string
}
type Property = QuestionSchema['properties'][string]
type Value = QuestionContent[string]

/** Patterns are left to the agent: an expression from there could hold the server for minutes. */
function issuesOf({ properties, required = [] }: QuestionSchema, content: QuestionContent): Issue[] {
  const missing = required
    .filter((path) => content[path] === undefined)
    .map((path) => ({ path, message: 'This is needed.' }))
  const wrong = Object.entries(content).flatMap(([path, value]) => {
    const property = Object.hasOwn(properties, path) ? properties[path] : undefined
    const message = property ? complaint(property, value) : 'The question has no such field.'
    return message === null ? [] : [{ path, message }]
  })
  return [...missing, ...wrong]
}

function complaint(property: Property, value: Value): string | null {
  switch (property.type) {
    case 'string':
      return typeof value === 'string' ? stringComplaint(property, value) : 'Text is needed.'
    case 'number':
    case 'integer':
      return typeof value === 'number' ? numberComplaint(property, value) : 'A number is needed.'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'Yes or no is needed.'
    case 'array':
      return Array.isArray(value) ? listComplaint(property, value) : 'A list is needed.'
    default:
      return null
  }
}

function stringComplaint(property: Property, value: string): string | null {
  const choices = choicesOf(property)
  if (choices && !choices.includes(value)) return `One of: ${choices.join(', ')}`
  if (isUnder(property.minLength, value.length)) return `At least ${property.minLength} characters.`
  if (isOver(property.maxLength, value.length)) return `At most ${property.maxLength} characters.`
  return null
}

function numberComplaint(property: Property, value: number): string | null {
  if (!Number.isFinite(value)) return 'A number is needed.'
  if (property.type === 'integer' && !Number.isInteger(value)) return 'A whole number is needed.'
  if (isUnder(property.minimum, value)) return `At least ${property.minimum}.`
  if (isOver(property.maximum, value)) return `At most ${property.maximum}.`
  return null
}

function listComplaint(property: Property, value: readonly string[]): string | null {
  const choices = choicesOf(property.items)
  const foreign = choices && value.find((item) => !choices.includes(item))
  if (foreign !== undefined && foreign !== null) return `Each one of: ${choices?.join(', ')}`
  if (isUnder(property.minItems, value.length)) return `At least ${property.minItems}.`
  if (isOver(property.maxItems, value.length)) return `At most ${property.maxItems}.`
  return null
}

const isUnder = (bound: unknown, value: number) => typeof bound === 'number' && value < bound
const isOver = (bound: unknown, value: number) => typeof bound === 'number' && value > bound

/** `enum`, or the `const`s of `oneOf` and `anyOf`; null if anything goes. */
function choicesOf(schema: unknown): string[] | null {
  if (typeof schema !== 'object' || schema === null) return null
  const { enum: listed, oneOf, anyOf } = schema as { enum?: unknown; oneOf?: unknown; anyOf?: unknown }
  if (Array.isArray(listed)) return listed.map(String)
  const titled = oneOf ?? anyOf
  if (!Array.isArray(titled)) return null
  return titled.map((choice: { const?: unknown }) => String(choice.const))
}
