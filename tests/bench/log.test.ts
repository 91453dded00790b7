import { expect, test } from 'vitest'
import { runBench } from './run-program.ts'

test('what the log costs', async () => {
  expect(await runBench('log')).not.toEqual([])
})
