import { expect, test } from 'vitest'
import { activityOf } from '../../shared/activity.ts'
import type { EventBody } from '../../shared/events.ts'
import type { ToolPart } from '../../shared/model.ts'
import { reduceAll } from '../../shared/reduce.ts'
import { initialState, type SessionState } from '../../shared/state.ts'
import { aMessage, aPermission, aQuestion, aRun, at, numbered } from './support/arbitrary.ts'

const messageId = 'msg_answer'
const started: EventBody[] = [
  { type: 'user_message', message: aMessage('msg_prompt', 'run_1', 1) },
  {
    type: 'turn_started',
    run: aRun('run_1', 'starting'),
    messageId: 'msg_prompt',
    provider: 'demo',
    model: null,
    runtimeSessionId: null,
  },
]

function after(...bodies: EventBody[]): SessionState {
  return reduceAll(initialState, numbered([...started, ...bodies].map((body) => ({ streamId: 'run_1', body }))))
}
/** What the steps change beyond what the first of them have made. */
function change(before: EventBody[], illegal: EventBody, streamId = 'run_1'): [SessionState, SessionState] {
  const said = [...started, ...before].map((body) => ({ streamId: 'run_1', body }))
  const log = numbered([...said, { streamId, body: illegal }])
  const state = reduceAll(initialState, log.slice(0, -1))
  return [state, reduceAll(state, log.slice(-1))]
}
const toolIn = (state: SessionState) => state.live?.messages[0]?.parts[0] as ToolPart
const tool = (status?: ToolPart['status'], more: object = {}): EventBody => ({
  type: 'tool_call_update',
  messageId,
  toolCallId: 'tool_1',
  ...(status ? { status } : {}),
  ...more,
})
const ask: EventBody = { type: 'permission_requested', messageId, permission: aPermission('prm_1', 'run_1') }
const decided = aPermission('prm_1', 'run_1', 'resolved')
const stop: EventBody = { type: 'cancel_requested', by: 'Ada' }
const end: EventBody = { type: 'turn_ended', stopReason: 'end_turn', usage: null }

test('a turn is starting until its runtime says something, then running', () => {
  expect(after().live?.run.state).toBe('starting')
  expect(after({ type: 'runtime_changed', runtimeSessionId: 'r1', reason: 'new' }).live?.run.state).toBe('running')
  expect(after({ type: 'agent_message_chunk', messageId, text: 'hi' }).live?.run.state).toBe('running')
})

test('neighbouring chunks are one part; a tool call between them parts them, and ends the thought', () => {
  const state = after(
    { type: 'agent_thought_chunk', messageId, text: 'h' },
    { type: 'agent_thought_chunk', messageId, text: 'm' },
    tool('in_progress'),
    { type: 'agent_message_chunk', messageId, text: 'a' },
    { type: 'agent_message_chunk', messageId, text: 'b' },
  )
  expect(state.live?.messages[0]?.parts).toMatchObject([
    { type: 'thought', text: 'hm', endedAt: at(4) },
    { type: 'tool' },
    { type: 'text', text: 'ab' },
  ])
})

test('an update of a tool call may come before the call; what is absent in one has not changed', () => {
  const state = after(tool('in_progress', { title: 'Read' }), tool(undefined, { rawOutput: 'done' }), tool('completed'))
  expect(toolIn(state)).toMatchObject({ title: 'Read', rawOutput: 'done', status: 'completed', endedAt: at(4) })
  expect(state.live?.run.toolCalls).toBe(1)
})

test('files that a turn has touched are counted once each', () => {
  const diff = (path: string) => [{ type: 'diff' as const, path, oldText: null, newText: '' }]
  const state = after(
    tool('in_progress', { content: diff('/a') }),
    tool(undefined, { content: [...diff('/a'), ...diff('/b')] }),
  )
  expect(state.live?.run.filesTouched).toEqual(['/a', '/b'])
})

test.each<[string, EventBody[], EventBody]>([
  ['a closed tool call opens again', [tool('completed')], tool('in_progress')],
  ['a tool call in progress is pending again', [tool('in_progress')], tool('pending')],
  ['a second turn starts while one runs', [], { ...started[1], run: aRun('run_1') } as EventBody],
  ['the same permission is asked twice', [ask], ask],
  [
    'a permission is decided twice',
    [ask, { type: 'permission_resolved', permission: decided }],
    { type: 'permission_expired', permission: { ...decided, state: 'pending' } },
  ],
  ['a permission that nobody asked is decided', [], { type: 'permission_resolved', permission: decided }],
  [
    'a permission is delivered before it is decided',
    [ask],
    { type: 'permission_delivered', permission: { ...aPermission('prm_1', 'run_1'), deliveredAt: at(9) } },
  ],
  [
    'a question that nobody asked is answered',
    [],
    { type: 'question_answered', question: aQuestion('qst_1', 'run_1', 'resolved') },
  ],
  ['an update says nothing new', [tool('in_progress', { title: 'Read' })], tool(undefined, { title: 'Read' })],
  ['a line is used again', [], { type: 'user_message', message: aMessage('msg_2', 'run_1', 1) }],
  ['a rewind comes in mid-run', [], { type: 'rewound', toLine: 0 }],
  ['an empty text is said', [], { type: 'agent_message_chunk', messageId, text: '' }],
  [
    'an answer is written into the prompt',
    [{ type: 'user_message', message: aMessage('msg_steer', 'run_1', 2) }],
    { type: 'agent_message_chunk', messageId: 'msg_steer', text: 'x' },
  ],
  ['nobody knows the type', [], { type: 'from_the_future' } as unknown as EventBody],
])('an illegal step changes nothing but the number: %s', (_, before, illegal) => {
  const [state, next] = change(before, illegal)
  expect(next).toEqual({ ...state, seq: state.seq + 1 })
  expect(next.live).toBe(state.live)
  expect(next.messages).toBe(state.messages)
})

test.each<[string, EventBody]>([
  ['text', { type: 'agent_message_chunk', messageId, text: 'late' }],
  ['an end', end],
  ['a stop', stop],
  ['a message', { type: 'user_message', message: aMessage('msg_9', 'run_9', 9) }],
])('37. what another stream says while one runs changes nothing: %s', (_, said) => {
  const [state, next] = change([], said, 'run_9')
  expect(next).toEqual({ ...state, seq: state.seq + 1 })
})

test('a permission: pending, decided, delivered; one that could not be delivered expires', () => {
  const resolved: EventBody = { type: 'permission_resolved', permission: decided }
  expect(after(ask).live?.run.state).toBe('needs_approval')
  expect(after(ask).pending).toMatchObject([{ id: 'prm_1' }])
  expect(after(ask, resolved)).toMatchObject({ pending: [], live: { run: { state: 'running' } } })
  const delivered = after(ask, resolved, {
    type: 'permission_delivered',
    permission: { ...decided, deliveredAt: at(9) },
  })
  expect(delivered.live?.messages[0]?.parts[0]).toMatchObject({ permission: { deliveredAt: at(9) } })
  const undeliverable: EventBody = { type: 'permission_expired', permission: { ...decided, state: 'expired' } }
  expect(after(ask, resolved, undeliverable).live?.messages[0]?.parts[0]).toMatchObject({
    permission: { state: 'expired' },
  })
})

test('a stop shows as stopping, before everything else, until the turn ends', () => {
  expect(after(ask, stop).live).toMatchObject({ run: { state: 'stopping' }, cancelRequestedBy: 'Ada' })
  expect(after(stop, { type: 'cancel_requested', by: 'Bob' }).live?.cancelRequestedBy).toBe('Ada')
  expect(after(stop, { type: 'agent_message_chunk', messageId, text: 'x' }).live?.run.state).toBe('stopping')
})

test('the end of a turn says how long it took, and moves its messages behind the others', () => {
  const state = after({ type: 'agent_message_chunk', messageId, text: 'hi' }, end)
  expect(state.runs).toMatchObject([{ state: 'done', stopReason: 'end_turn', endedAt: at(3), durationMs: 3000 }])
  expect(state.messages.map(({ role, line }) => [role, line])).toEqual([
    ['user', 1],
    ['assistant', 2],
  ])
})

test('a rewind takes messages and their runs back; their lines are never used again', () => {
  const state = after(end, { type: 'rewound', toLine: 0 })
  expect(state).toMatchObject({ messages: [], runs: [], lastLine: 1 })
})

test('a notice that no run owns is a message of the system’s, also while a turn runs', () => {
  const notice: EventBody = { type: 'notice', messageId: 'msg_n', level: 'warning', text: 'The disk is nearly full.' }
  const [, idle] = change([end], notice, 'session')
  expect(idle.messages.at(-1)).toMatchObject({ role: 'system', line: 2, parts: [{ type: 'notice' }] })
  const [, busy] = change([], notice, 'session')
  expect(busy.live?.messages).toMatchObject([{ role: 'system', line: 2 }])
})

test('a notice of a next try keeps which of how many it is, and when', () => {
  const retry = { attempt: 2, of: 4, at: '2026-01-01T00:00:05.000Z' }
  const [, state] = change([], { type: 'notice', messageId: 'msg_a', level: 'warning', text: 'Busy.', retry })
  expect(state.live?.messages.at(-1)?.parts).toEqual([{ type: 'notice', level: 'warning', text: 'Busy.', retry }])
})

test('without a runtime session nothing is known of what it offers', () => {
  const state = after(
    { type: 'runtime_changed', runtimeSessionId: 'r1', reason: 'new' },
    { type: 'current_mode_update', currentModeId: 'plan', availableModes: [{ id: 'plan', name: 'Plan' }] },
    { type: 'usage_update', usage: { inputTokens: 5 } },
    { type: 'runtime_changed', runtimeSessionId: null, reason: 'another provider' },
  )
  expect(state.runtime).toEqual({ ...initialState.runtime, usage: { inputTokens: 5 } })
})

test('one short line says what a session does now', () => {
  expect(activityOf(initialState)).toBeNull()
  expect(activityOf(after())).toBe('Starting')
  expect(activityOf(after({ type: 'agent_thought_chunk', messageId, text: 'hm' }))).toBe('Thinking')
  expect(activityOf(after({ type: 'agent_message_chunk', messageId, text: 'hi' }))).toBe('Writing')
  expect(activityOf(after(tool('in_progress', { title: 'Read\n a.ts' })))).toBe('Read a.ts')
  expect(activityOf(after(tool('completed', { title: 'Read' })))).toBe('Thinking')
  expect(activityOf(after(ask))).toBe('Run it')
  expect(activityOf(after({ type: 'question_asked', messageId, question: aQuestion('qst_1', 'run_1') }))).toBe(
    'Asks a question',
  )
  expect(activityOf(after(stop))).toBe('Stopping')
  expect(activityOf(after(end))).toBeNull()
})
