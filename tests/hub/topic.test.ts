import { expect, test } from 'vitest'
import { Topic } from '../../server/hub/topic.ts'
import type { LogEntry } from '../../server/log/log.ts'

test('a store that is ahead of what was published makes no reader look for what is not there yet', async () => {
  let tell: (head: number) => void = () => undefined
  const log = {
    head: () =>
      new Promise<number>((resolve) => {
        tell = resolve
      }),
    lastOf: async () => null,
    read: async function* () {
      yield* []
    },
  }
  const topic = new Topic('ses_a', { log, snapshotOf: async () => null }, () => undefined)
  const entry: LogEntry = { sessionId: 'ses_a', streamId: 'run_a', seq: 6, prev: 5, type: 'plan', data: '{}' }
  topic.publish(entry)
  tell(8)
  await topic.ready
  expect(topic.head).toBe(6)
  topic.publish({ ...entry, seq: 7, prev: 6 })
  expect([topic.head, topic.ring.after(6).map(({ seq }) => seq)]).toEqual([7, [7]])
})
