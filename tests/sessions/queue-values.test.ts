import fc from 'fast-check'
import { expect, test } from 'vitest'
import { edit, emptyQueue, enqueue, type Held, hold, nextOf, takeOut } from '../../server/sessions/queue.ts'
import type { Queue, QueuedMessage } from '../../shared/model.ts'

const item = (messageId: string): QueuedMessage => ({
  messageId,
  streamId: `run of ${messageId}`,
  text: messageId,
  files: [],
  author: null,
  createdAt: '2026-01-01T00:00:00.000Z',
})

/** What the owner does with a queue, in any order. */
const steps = fc.array(
  fc.oneof(
    fc.constant({ does: 'send' as const }),
    fc.constant({ does: 'drain' as const }),
    fc.constant({ does: 'resume' as const }),
    fc.record({ does: fc.constant('hold' as const), reason: fc.constantFrom<Held>('stopped', 'error', 'interrupted') }),
    fc.record({ does: fc.constant('take' as const), index: fc.nat(9) }),
    fc.record({ does: fc.constant('move' as const), index: fc.nat(9), position: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ does: fc.constant('edit' as const), index: fc.nat(9) }),
  ),
  { maxLength: 60 },
)

test('nothing in a queue is lost or doubled, what was held waits, and everything goes in its order', () => {
  fc.assert(
    fc.property(steps, (script) => {
      let queue: Queue = emptyQueue
      const eager = new Set<string>()
      const waiting = new Set<string>()
      const gone: string[] = []
      let count = 0
      for (const step of script) {
        if (step.does === 'send') {
          const added = item(`m${count++}`)
          if (queue.held) eager.add(added.messageId)
          else waiting.add(added.messageId)
          queue = enqueue(queue, added, eager)
        } else if (step.does === 'drain' || step.does === 'take') {
          const next = step.does === 'drain' ? nextOf(queue, eager) : queue.items[step.index]
          if (!next) continue
          if (step.does === 'drain' && queue.held) expect(eager.has(next.messageId)).toBe(true)
          gone.push(next.messageId)
          queue = takeOut(queue, next.messageId, eager)
        } else if (step.does === 'move' || step.does === 'edit') {
          const { messageId } = queue.items[step.index] ?? { messageId: 'nobody' }
          const before = queue
          queue = edit(queue, messageId, step.does === 'move' ? { position: step.position } : { text: 'other words' })
          const others = ({ items }: Queue) => items.filter((one) => one.messageId !== messageId)
          expect(others(queue)).toEqual(others(before))
          if (step.does === 'edit')
            expect(queue.items.findIndex((one) => one.messageId === messageId)).toBe(
              before.items.findIndex((one) => one.messageId === messageId),
            )
        } else if (step.does === 'hold') {
          eager.clear()
          queue = hold(queue, step.reason, eager)
        } else {
          eager.clear()
          queue = { ...queue, held: null }
        }
        const present = [...gone, ...queue.items.map(({ messageId }) => messageId)]
        expect(present.sort()).toEqual(Array.from({ length: count }, (_, index) => `m${index}`).sort())
        if (queue.items.length === 0) expect(queue.held).toBeNull()
      }
    }),
  )
})
