/** Logs for property tests: `anyLog` holds whatever could be written down, in any order; `sensibleLog` what owners write. */
import fc from 'fast-check'
import type { EventBody, SessionEvent } from '../../../shared/events.ts'
import type { Message, Permission, Question, Run, StopReason } from '../../../shared/model.ts'

export const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()
const sessionId = 'ses_1'

export function aRun(id: string, state: Run['state'] = 'running'): Run {
  return {
    id,
    sessionId,
    projectId: null,
    provider: 'demo',
    model: null,
    state,
    stopReason: null,
    prompt: 'prompt',
    summary: null,
    startedAt: at(0),
    endedAt: null,
    durationMs: null,
    usage: null,
    toolCalls: 0,
    filesTouched: [],
    recovery: null,
  }
}

export function aMessage(id: string, streamId: string, line: number, text = `prompt ${line}`): Message {
  const parts: Message['parts'] = [{ type: 'text', text }]
  return { id, sessionId, streamId, seq: 0, line, role: 'user', author: null, parts, createdAt: at(0) }
}

export function aPermission(id: string, streamId: string, state: Permission['state'] = 'pending'): Permission {
  return {
    id,
    sessionId,
    streamId,
    toolCallId: 'tool_1',
    title: 'Run it',
    kind: 'execute',
    subject: { command: 'it' },
    digest: 'digest',
    options: [{ optionId: 'yes', name: 'Allow', kind: 'allow_once' }],
    state,
    askedAt: at(0),
    resolvedAt: state === 'pending' ? null : at(1),
    resolvedBy: null,
    optionId: state === 'resolved' ? 'yes' : null,
    deliveredAt: null,
    reason: null,
  }
}

export function aQuestion(id: string, streamId: string, state: Question['state'] = 'pending'): Question {
  const schema = { type: 'object' as const, properties: {} }
  const resolvedAt = state === 'pending' ? null : at(1)
  const rest = { answer: null, askedAt: at(0), resolvedAt, resolvedBy: null, reason: null }
  return { id, sessionId, streamId, message: 'Which?', schema, state, ...rest }
}

const runId = fc.constantFrom('run_1', 'run_2', 'run_3')
const streamId = fc.constantFrom('run_1', 'run_2', 'run_3', 'session')
const messageId = fc.constantFrom('msg_1', 'msg_2', 'msg_3')
const toolCallId = fc.constantFrom('tool_1', 'tool_2')
const text = fc.constantFrom('', 'a', 'bc', '🧵')
const status = fc.option(fc.constantFrom('pending', 'in_progress', 'completed', 'failed', 'cancelled'), {
  nil: undefined,
})
const stopReason = fc.constantFrom<StopReason>('end_turn', 'max_tokens', 'refusal', 'cancelled', 'interrupted', 'error')
const askState = fc.constantFrom<Permission['state']>('pending', 'resolved', 'expired')
const fields = fc.record(
  {
    toolCallId,
    title: fc.constantFrom('Read', 'Edit'),
    status,
    content: fc.constantFrom([], [{ type: 'diff' as const, path: '/a', oldText: null, newText: 'x' }]),
    rawInput: fc.constantFrom(undefined, { a: 1 }),
  },
  { requiredKeys: ['toolCallId'] },
)
const permission = fc
  .tuple(fc.constantFrom('prm_1', 'prm_2'), runId, askState, fc.boolean())
  .map(([id, run, state, isDelivered]) => ({ ...aPermission(id, run, state), deliveredAt: isDelivered ? at(2) : null }))
const question = fc
  .tuple(fc.constantFrom('qst_1', 'qst_2'), runId, askState)
  .map(([id, run, state]) => aQuestion(id, run, state))

/** Bodies that could stand in a log, sensible or not, also of a type that nobody knows yet. */
const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc
    .tuple(messageId, streamId, fc.nat(12))
    .map(([id, stream, line]) => ({ type: 'user_message', message: aMessage(id, stream, line) }) as const),
  { weight: 3, arbitrary: runId.map(turnStarted) },
  fc.record({ type: fc.constant('agent_message_chunk' as const), messageId, text }),
  fc.record({ type: fc.constant('agent_thought_chunk' as const), messageId, text }),
  fc.tuple(fields, messageId).map(([tool, id]) => ({ type: 'tool_call', messageId: id, ...tool }) as EventBody),
  fc.tuple(fields, messageId).map(([tool, id]) => ({ type: 'tool_call_update', messageId: id, ...tool }) as EventBody),
  fc.tuple(messageId, fc.nat()).map(([id, number]) => planOf(id, `step ${number}`)),
  fc.record(
    {
      type: fc.constant('notice' as const),
      messageId,
      level: fc.constant('info' as const),
      text,
      retry: fc.constant({ attempt: 2, of: 4, at: '2026-01-01T00:00:01.000Z' }),
    },
    { requiredKeys: ['type', 'messageId', 'level', 'text'] },
  ),
  fc.record({ type: fc.constant('compaction_update' as const), messageId, status: fc.constant('done') }),
  fc.tuple(messageId, permission).map(([id, asked]) => ask(id, asked)),
  fc
    .tuple(fc.constantFrom('permission_resolved', 'permission_delivered', 'permission_expired'), permission)
    .map(([type, asked]) => ({ type, permission: asked }) as EventBody),
  fc
    .tuple(messageId, question)
    .map(([id, asked]) => ({ type: 'question_asked', messageId: id, question: asked }) as const),
  fc
    .tuple(fc.constantFrom('question_answered', 'question_expired'), question)
    .map(([type, asked]) => ({ type, question: asked }) as EventBody),
  fc.constant({ type: 'queue_changed', queue: { items: [], held: null } } as EventBody),
  fc.constant({ type: 'cancel_requested', by: 'Ada' } as EventBody),
  fc.nat(12).map((toLine) => ({ type: 'rewound', toLine }) as const),
  fc.constantFrom('r1', null).map((id) => ({ type: 'runtime_changed', runtimeSessionId: id, reason: 'new' }) as const),
  fc.nat(9).map((inputTokens) => ({ type: 'usage_update', usage: { inputTokens } }) as const),
  fc.constant({ type: 'current_mode_update', currentModeId: 'plan' } as EventBody),
  {
    weight: 3,
    arbitrary: stopReason.map((reason) => ({ type: 'turn_ended', stopReason: reason, usage: null }) as const),
  },
  fc.constant({ type: 'from_the_future', surprise: true } as unknown as EventBody),
)

function turnStarted(id: string): EventBody {
  const facts = { messageId: 'msg_1', provider: 'demo', model: null, runtimeSessionId: null }
  return { type: 'turn_started', run: aRun(id), ...facts }
}

function ask(id: string, asked: Permission): EventBody {
  return { type: 'permission_requested', messageId: id, permission: asked }
}

function planOf(id: string, content: string): EventBody {
  return { type: 'plan', messageId: id, entries: [{ content, status: 'pending' }] }
}

export const anyLog = (maxLength = 60): fc.Arbitrary<SessionEvent[]> =>
  fc
    .array(fc.tuple(streamId, body), { maxLength, size: 'max' })
    .map((pairs) => numbered(pairs.map(([stream, said]) => ({ streamId: streamOf(stream, said), body: said }))))

/** Starts and ends most often name their own stream; the rest names any. */
function streamOf(stream: string, said: EventBody): string {
  return said.type === 'turn_started' && stream !== 'session' ? said.run.id : stream
}

export function numbered(said: readonly { streamId: string; body: EventBody }[]): SessionEvent[] {
  return said.map(({ streamId: stream, body: fact }, index) => ({
    sessionId,
    streamId: stream,
    seq: index + 1,
    prev: 0,
    at: at(index),
    ...fact,
  }))
}

type Step = { does: 'turn'; says: EventBody[]; reason: StopReason } | { does: 'rewind'; back: number }

const inTurn: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constant('agent_message_chunk' as const), messageId: fc.constant('answer'), text }),
  fc.record({ type: fc.constant('agent_thought_chunk' as const), messageId: fc.constant('answer'), text }),
  fc.tuple(fields).map(([tool]) => ({ type: 'tool_call_update', messageId: 'answer', ...tool }) as EventBody),
  fc.nat().map((number) => planOf('answer', `step ${number}`)),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('turn' as const),
      says: fc.array(inTurn, { maxLength: 6 }),
      reason: stopReason,
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('rewind' as const), back: fc.integer({ min: 1, max: 6 }) }) },
)

/** A log as an owner writes it: turns one after another, each with its prompt, answer and end; now and then a rewind. */
export const sensibleLog: fc.Arbitrary<SessionEvent[]> = fc.array(step, { maxLength: 25, size: 'max' }).map((steps) => {
  const said: { streamId: string; body: EventBody }[] = []
  let line = 0
  steps.forEach((one, index) => {
    if (one.does === 'rewind') {
      said.push({ streamId: 'session', body: { type: 'rewound', toLine: Math.max(0, line - one.back) } })
      return
    }
    const id = `run_${index}`
    const answer = `answer of ${id}`
    line += 1
    said.push({ streamId: id, body: { type: 'user_message', message: aMessage(`prompt of ${id}`, id, line) } })
    said.push({ streamId: id, body: turnStarted(id) })
    const speaks = one.says.filter((fact) => !('text' in fact) || fact.text !== '')
    if (speaks.length > 0) line += 1
    for (const fact of speaks) said.push({ streamId: id, body: { ...fact, messageId: answer } as EventBody })
    said.push({ streamId: id, body: { type: 'turn_ended', stopReason: one.reason, usage: null } })
  })
  return numbered(said)
})
