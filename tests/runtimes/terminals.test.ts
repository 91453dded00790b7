import { expect, it } from 'vitest'
import { Terminals } from '../../server/runtimes/acp/terminals.ts'

const report = (id: string, data: string) => ({ terminal_output: { terminal_id: id, data } })

it('an agent that runs commands all day fills no memory: the terminals that spoke last are kept', () => {
  const terminals = new Terminals()
  for (let index = 0; index < 500; index++) {
    terminals.read(report(`t${index}`, 'x'.repeat(100_000)))
    terminals.remember(`call ${index}`, [{ type: 'terminal', terminalId: `t${index}` }])
    terminals.read(report('long runner', `line ${index};`))
  }
  const kept = Array.from({ length: 500 }, (_, index) => terminals.text(`t${index}`)).filter(Boolean)
  expect(kept.length).toBeLessThan(100)
  expect(terminals.text('t499')).toHaveLength(64 * 1024)
  expect(terminals.text('long runner')).toMatch(/^line 0;.*line 499;$/)
  expect([terminals.contentOf('call 0'), terminals.contentOf('call 499')]).toEqual([
    undefined,
    [{ type: 'terminal', terminalId: 't499' }],
  ])
})
