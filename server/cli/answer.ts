import type { Question, QuestionContent } from '../../shared/model.ts'
import { createClient } from './client.ts'
import { type Call, type CommandLine, printJson, sessionWord } from './command.ts'
import { usageError } from './io.ts'
import { pendingQuestion } from './pending.ts'

export const answer: CommandLine = {
  name: 'answer',
  usage: '<session> [question] <value | name=value …>',
  summary: 'Answers what an agent asks. One value will do where it asks for one thing.',
  options: { decline: { type: 'boolean' } },
  optionHelp: { '--decline': 'answer that you do not want to say' },
  async run(call) {
    const sessionId = sessionWord(call)
    const named = call.words[1]?.match(/^qst_[A-Za-z0-9_-]{22}$/)?.[0]
    const client = createClient(call)
    const question = await pendingQuestion(client, sessionId, named)
    const values = call.words.slice(named ? 2 : 1)
    const body = call.values.decline
      ? { action: 'decline' }
      : { action: 'accept', content: contentOf(question, values, call) }
    const path = `/api/sessions/${sessionId}/streams/${question.streamId}/questions/${question.id}`
    const answered = await client.request<Question>('POST', path, body)
    if (call.isJson) printJson(call.io, answered)
    else call.io.err('Answered.\n')
    return 0
  },
}

function contentOf({ schema, message }: Question, values: readonly string[], { io, isJson }: Call): QuestionContent {
  const names = Object.keys(schema.properties)
  if (values.length === 0) {
    if (!isJson) io.err(`${message}\n`)
    throw usageError(`The answer is missing; it asks for ${names.join(', ')}.`)
  }
  const [only] = names
  const isNamed = values.every((value) => names.includes(value.split('=', 1)[0] as string) && value.includes('='))
  if (!isNamed && (names.length !== 1 || only === undefined))
    throw usageError(`It asks for several things; answer with ${names.map((name) => `${name}=…`).join(' ')}.`)
  const pairs = isNamed ? values.map(pairOf) : [[only as string, values.join(' ')] as const]
  return Object.fromEntries(pairs.map(([name, value]) => [name, typed(schema.properties[name]?.type, value)]))
}

function pairOf(value: string): readonly [string, string] {
  const at = value.indexOf('=')
  return [value.slice(0, at), value.slice(at + 1)]
}

/** As the schema wants it; what does not fit goes as it is, and the server says what is wrong. */
function typed(type: string | undefined, value: string): QuestionContent[string] {
  if (type === 'boolean' && /^(true|false|yes|no|y|n)$/i.test(value)) return /^(true|y)/i.test(value)
  if ((type === 'number' || type === 'integer') && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value)
  if (type === 'array') return value.split(',').map((one) => one.trim())
  return value
}
