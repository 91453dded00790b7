import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Frame, Ring } from '../../server/hub/ring.ts'

test('a ring has the newest frames without a gap, bounded in number and bytes, from any place in it', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(sizes, fc.nat(1_000), (lengths, before) => {
      const ring = new Ring()
      for (const [index, length] of lengths.entries()) ring.push(frame(before + 1 + index, length))
      const last = before + lengths.length
      const held = ring.after(ring.firstSeq - 1)
      expect(held.map(({ seq }) => seq)).toEqual(held.map((_, index) => last - held.length + 1 + index))
      expect(held.at(-1)?.seq).toBe(last)
      const bytes = held.reduce((sum, { bytes }) => sum + bytes.length, 0)
      expect(held.length === 1 || bytes <= 256 * 1024).toBe(true)
      expect([ring.has(ring.firstSeq), ring.has(last), ring.has(ring.firstSeq - 1), ring.has(last + 1)]).toEqual([
        true,
        true,
        false,
        false,
      ])
      expect(ring.after(last)).toEqual([])
    }),
  )
})

test('a ring holds at most 1,024 frames', () => {
  const ring = new Ring()
  for (let seq = 1; seq <= 5_000; seq++) ring.push(frame(seq, 1))
  expect(ring.firstSeq).toBe(5_000 - 1_024 + 1)
  expect(ring.after(4_990).map(({ seq }) => seq)).toEqual([
    4_991, 4_992, 4_993, 4_994, 4_995, 4_996, 4_997, 4_998, 4_999, 5_000,
  ])
})

test('a number that does not follow begins the ring anew: nobody is given frames across a gap', () => {
  const ring = new Ring()
  ring.push(frame(1, 10))
  ring.push(frame(3, 10))
  expect([ring.has(1), ring.firstSeq]).toEqual([false, 3])
})

function frame(seq: number, length: number): Frame {
  return { seq, streamId: 'run_a', bytes: Buffer.alloc(length), endsStream: false }
}
