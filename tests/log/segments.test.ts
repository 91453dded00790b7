import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEntry } from '../../server/log/log.ts'
import { packEntries, unpackSegment } from '../../server/log/segments.ts'

const types = ['agent_message_chunk', 'tool_call', 'turn_ended'] as const

test('a segment gives back the entries that it was made of, whatever their numbers, kinds and bytes', () => {
  const step = fc.record({ gap: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom(...types), text: fc.string() })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(), (steps, before) => {
      let prev = before
      const entries = steps.map(({ gap, type, text }): LogEntry => {
        const entry = {
          sessionId: 'ses_1',
          streamId: 'run_1',
          seq: prev + gap,
          prev,
          type,
          data: JSON.stringify({ text }),
        }
        prev = entry.seq
        return entry
      })
      expect(unpackSegment('ses_1', packEntries(entries))).toEqual(entries)
    }),
  )
})

test('a segment that is damaged is said to be, not read in part', () => {
  const entry = { sessionId: 'ses_1', streamId: 'run_1', prev: 0, type: 'tool_call', data: '{}' } as const
  const segment = packEntries([
    { ...entry, seq: 1 },
    { ...entry, seq: 2, prev: 1 },
  ])
  expect(() => unpackSegment('ses_1', { ...segment, lines: '{}' })).toThrow(/damaged/)
})
