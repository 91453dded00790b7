import { expect, test } from 'vitest'
import { runBench } from './run-program.ts'

test('what the hub costs', async () => {
  expect(await runBench('hub')).not.toEqual([])
})
