import { PassThrough } from 'node:stream'
import type { AnyMessage } from '@agentclientprotocol/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pieces } from '../../server/runtimes/acp/content.ts'
import { openWire } from '../../server/runtimes/acp/wire.ts'

async function readAll(chunks: readonly Buffer[]): Promise<{ messages: AnyMessage[]; garbage: number }> {
  const input = new PassThrough()
  const wire = openWire(input, new PassThrough(), 'The agent')
  for (const chunk of chunks) input.write(chunk)
  input.end()
  const messages: AnyMessage[] = []
  const reader = wire.stream.readable.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) messages.push(next.value)
  return { messages, garbage: wire.garbageLines() }
}

describe('The wire to an agent', () => {
  it('gives the same messages however their bytes arrive', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((method) => ({ jsonrpc: '2.0' as const, method, params: { method } })),
      fc.constantFrom('nonsense', '[1]', '{"a":1}', ''),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat({ max: 40 })), async (lines, cuts) => {
        const bytes = Buffer.from(
          lines.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\r\n`).join(''),
        )
        const chunks: Buffer[] = []
        let from = 0
        for (const cut of cuts) {
          chunks.push(bytes.subarray(from, from + cut))
          from += cut
        }
        const { messages, garbage } = await readAll([...chunks, bytes.subarray(from)])
        expect(messages).toEqual(lines.filter((one) => typeof one !== 'string'))
        expect(garbage).toBe(lines.filter((one) => typeof one === 'string' && one !== '').length)
      }),
    )
  })

  it('splits a text into pieces that are no longer than they may be, and never within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 9 }), (text, limit) => {
        const parts = [...pieces(text, limit)]
        expect(parts.join('')).toBe(text)
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit)
          expect(Buffer.from(part).toString()).toBe(part)
        }
      }),
    )
  })
})
