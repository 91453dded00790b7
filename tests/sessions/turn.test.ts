import { expect, test, vi } from 'vitest'
import { Hearing } from '../../server/sessions/hearing.ts'
import { Turn } from '../../server/sessions/turn.ts'

type HearingNeeds = ConstructorParameters<typeof Hearing>[0]

test('a turn that never stops talking is ended, also when the disk keeps up with it', () => {
  const close = vi.fn(async () => undefined)
  const stubs = {
    needs: { clock: Date.now },
    ledger: { cut: { state: { live: null } } },
    outbox: { text: () => undefined, add: () => undefined },
    worker: { close },
  }
  const prompt = { messageId: 'msg_1', streamId: 'run_1', text: '', files: [], author: null, createdAt: '' }
  const turn = new Turn(prompt, 'msg_2', new Hearing(stubs as unknown as HearingNeeds))
  const piece = 'x'.repeat(1024 * 1024)
  for (let index = 0; index < 64; index++) turn.update({ type: 'agent_message_chunk', text: piece })
  expect(close).not.toHaveBeenCalled()
  turn.update({ type: 'agent_message_chunk', text: piece })
  expect(close).toHaveBeenCalledTimes(1)
})
