import { expect, test } from 'vitest'
import { seedOf } from '../support/random.ts'
import { runKillTrials } from './kill.ts'

const trials = Number(process.env.TRIALS ?? 100)

test('kill -9 a hundred times: nothing that anybody saw is gone or different, every turn has its end', async () => {
  const report = await runKillTrials({ trials, seed: seedOf('kill') })
  process.stderr.write(`kill: ${JSON.stringify({ ...report, faults: report.faults.length })}\n`)
  expect(report.faults).toEqual([])
  expect(report.slowestSendMs).toBeLessThan(1000)
}, 900_000)
