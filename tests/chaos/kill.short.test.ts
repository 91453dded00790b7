import { expect, test } from 'vitest'
import { seedOf } from '../support/random.ts'
import { runKillTrials } from './kill.ts'

/** Ten here; `npm run chaos` does a hundred. */
const trials = 10

test('kill -9 in mid-stream: nothing that anybody saw is gone or different, every turn has its end', async () => {
  const report = await runKillTrials({ trials, seed: seedOf('kill') })
  process.stderr.write(`kill: ${JSON.stringify({ ...report, faults: report.faults.length })}\n`)
  expect(report.faults).toEqual([])
  expect(report.events).toBeGreaterThan(trials * 3)
  expect(report.slowestSendMs).toBeLessThan(1000)
}, 180_000)
