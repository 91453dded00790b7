import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionEvent } from '../../shared/events.ts'
import type { Message, Part } from '../../shared/model.ts'
import { newTool, updateTool } from '../../shared/parts.ts'
import { reduce, reduceAll } from '../../shared/reduce.ts'
import { initialState, lastTurns, type SessionState } from '../../shared/state.ts'
import { anyLog, sensibleLog } from './support/arbitrary.ts'

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value))
const allMessages = ({ messages, live }: SessionState): readonly Message[] => [...messages, ...(live?.messages ?? [])]

test('whatever stands in a log, it is reduced, and what is reduced is plain JSON', () => {
  fc.assert(
    fc.property(anyLog(), (log) => {
      const state = reduceAll(initialState, log)
      expect(state.seq).toBe(log.length)
      expect(reduceAll(initialState, json(log))).toEqual(json(state))
    }),
  )
})

test('snapshot + tail = replay, at every cut', () => {
  fc.assert(
    fc.property(anyLog(), (log) => {
      const replayed = json(reduceAll(initialState, log))
      for (let cut = 0; cut <= log.length; cut++) {
        const snapshot = json(reduceAll(initialState, log.slice(0, cut)))
        expect(json(reduceAll(snapshot, log.slice(cut)))).toEqual(replayed)
      }
    }),
    { numRuns: 40 },
  )
})

test('snapshot of the last turns + tail = the last part of a replay, at every cut', () => {
  fc.assert(
    fc.property(sensibleLog, fc.integer({ min: 1, max: 4 }), (log, turns) => {
      const { messages, runs, ...replayed } = json(reduceAll(initialState, log))
      for (let cut = 0; cut <= log.length; cut++) {
        const snapshot = json(lastTurns(reduceAll(initialState, log.slice(0, cut)), turns))
        const windowed = json(reduceAll(snapshot, log.slice(cut)))
        const { messages: kept, runs: keptRuns, ...rest } = windowed
        expect(rest).toEqual(replayed)
        expect(kept).toEqual(messages.slice(messages.length - kept.length))
        expect(keptRuns).toEqual(runs.slice(runs.length - keptRuns.length))
        if (keptRuns.length >= turns)
          expect(lastTurns(windowed, turns)).toEqual(lastTurns({ ...windowed, messages, runs }, turns))
      }
    }),
    { numRuns: 20 },
  )
})

test('the last turns begin with a prompt, and hold whole turns', () => {
  fc.assert(
    fc.property(sensibleLog, fc.integer({ min: 1, max: 4 }), (log, turns) => {
      const state = reduceAll(initialState, log)
      const recent = lastTurns(state, turns)
      expect(recent.runs).toEqual(state.runs.slice(-turns))
      if (state.runs.length <= turns) {
        expect(recent).toBe(state)
        return
      }
      expect(recent.messages[0]).toMatchObject({ role: 'user', streamId: recent.runs[0]?.id })
      const kept = new Set(recent.runs.map(({ id }) => id))
      expect(recent.messages).toEqual(state.messages.filter(({ streamId }) => kept.has(streamId)))
    }),
  )
})

test('an event that was seen changes nothing, not even identity', () => {
  fc.assert(
    fc.property(anyLog(), fc.nat(), (log, pick) => {
      const state = reduceAll(initialState, log)
      const seen = log[pick % Math.max(1, log.length)]
      if (seen) expect(reduce(state, seen)).toBe(state)
    }),
  )
})

test('a message that an event does not change stays the same object, and so does every part', () => {
  fc.assert(
    fc.property(anyLog(), (log) => {
      let before = initialState
      for (const event of log) {
        const after = reduce(before, event)
        const old = new Map(allMessages(before).map((message) => [`${message.id} ${message.line}`, message]))
        for (const message of allMessages(after)) {
          const was = old.get(`${message.id} ${message.line}`)
          if (!was || was === message) continue
          expect(json(message), event.type).not.toEqual(json(was))
          message.parts.forEach((part, index) => {
            if (JSON.stringify(part) === JSON.stringify(was.parts[index])) expect(part).toBe(was.parts[index])
          })
        }
        before = after
      }
    }),
  )
})

test('a tool call that is told again what it said is the same object, in all its depth', () => {
  const content = () => [{ type: 'text' as const, text: 'said' }]
  const told = { toolCallId: 'tool_1', content: content(), locations: [{ path: 'a', line: 1 }], rawInput: { a: [1] } }
  const tool = newTool(told, { at: '2026-01-01T00:00:00.000Z' })
  const again = { ...told, content: content(), locations: [{ path: 'a', line: 1 }], rawInput: { a: [1] } }
  expect(updateTool(tool, again, { at: '2026-01-01T00:00:01.000Z' })).toBe(tool)
  expect(updateTool(tool, { ...again, rawInput: { a: [2] } }, { at: '2026-01-01T00:00:01.000Z' })).not.toBe(tool)
})

test('the end of a turn closes everything that was open in it', () => {
  fc.assert(
    fc.property(anyLog(), (log) => {
      const state = reduceAll(initialState, log)
      if (!state.live) return
      const after = reduce(state, ending(state.live.run.id, log.length + 1))
      expect(after).toMatchObject({ live: null, pending: [] })
      expect(after.runs).toHaveLength(state.runs.length + 1)
      expect(after.messages.flatMap(({ parts }) => parts).filter(isOpen)).toEqual([])
      expect(after.messages).toHaveLength(allMessages(state).length)
    }),
  )
})

test('lines only grow, and what waits for a person is what is pending in the turn that runs', () => {
  fc.assert(
    fc.property(anyLog(), (log) => {
      let before = initialState
      for (const event of log) {
        const after = reduce(before, event)
        expect(after.lastLine).toBeGreaterThanOrEqual(before.lastLine)
        const lines = allMessages(after).map(({ line }) => line)
        expect(lines).toEqual([...lines].sort((one, other) => one - other))
        expect(new Set(lines).size).toBe(lines.length)
        const waiting = (after.live?.messages ?? []).flatMap(({ parts }) => parts).flatMap(pendingIn)
        expect(after.pending.map(({ id }) => id)).toEqual(waiting)
        before = after
      }
    }),
  )
})

test('an event of a stream that does not run changes nothing of the conversation', () => {
  fc.assert(
    fc.property(anyLog(), fc.constantFrom('run_1', 'run_2', 'run_3'), anyLog(1), (log, stream, [event]) => {
      const state = reduceAll(initialState, log)
      if (!event || event.type === 'user_message' || event.type === 'turn_started' || event.type === 'rewound') return
      if (state.live?.run.id === stream) return
      const after = reduce(state, { ...event, streamId: stream, seq: log.length + 1 })
      expect(after.messages).toBe(state.messages)
      expect(after.runs).toBe(state.runs)
      expect(after.pending).toBe(state.pending)
      expect(after.live).toBe(state.live)
    }),
  )
})

function ending(streamId: string, seq: number): SessionEvent {
  const at = new Date().toISOString()
  return { sessionId: 'ses_1', streamId, seq, prev: 0, at, type: 'turn_ended', stopReason: 'end_turn', usage: null }
}

function isOpen(part: Part): boolean {
  if (part.type === 'thought') return part.endedAt === null
  if (part.type === 'tool') return part.status === 'pending' || part.status === 'in_progress' || part.endedAt === null
  if (part.type === 'permission') return part.permission.state === 'pending'
  return part.type === 'question' && part.question.state === 'pending'
}

function pendingIn(part: Part): string[] {
  if (part.type === 'permission' && part.permission.state === 'pending') return [part.permission.id]
  return part.type === 'question' && part.question.state === 'pending' ? [part.question.id] : []
}
