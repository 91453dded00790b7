import { expect, test } from 'vitest'
import type { Rows, SessionLog } from '../../server/log/log.ts'
import { Ledger } from '../../server/sessions/ledger.ts'
import type { EventDraft, SessionEvent } from '../../shared/events.ts'
import { initialState } from '../../shared/state.ts'
import { createRoom } from './support/room.ts'

/** A log whose commits a test lets go, or fails, one by one. */
function createStepLog() {
  const commits: { resolve(): void; reject(error: Error): void; rows: Rows }[] = []
  let head = 0
  const log: SessionLog = {
    sessionId: 'ses_1',
    get head() {
      return head
    },
    durableHead: 0,
    append(drafts, rowsFor) {
      const events = drafts.map((draft) => ({ sessionId: 'ses_1', seq: ++head, prev: 0, ...draft }) as SessionEvent)
      const rows = rowsFor(events)
      return new Promise((resolve, reject) => commits.push({ resolve: () => resolve(events), reject, rows }))
    },
  }
  return { log, commits }
}

const usage = (inputTokens: number): EventDraft => ({
  type: 'usage_update',
  streamId: 'session',
  at: '2026-01-01T00:00:00.000Z',
  usage: { inputTokens },
})

async function createLedger() {
  const { log, commits } = createStepLog()
  const failures: unknown[] = []
  const session = await createRoom().create()
  const cut = { state: initialState, session, readSeq: 0, notableSeq: 0 }
  return { ledger: new Ledger(log, cut, (error) => failures.push(error)), commits, failures }
}

test('the durable cut follows commit by commit; decisions see everything that was appended', async () => {
  const { ledger, commits } = await createLedger()
  const first = ledger.append({ drafts: [usage(1)] })
  const second = ledger.append({ drafts: [usage(2)] })
  expect([ledger.cut.state.seq, ledger.durable.state.seq]).toEqual([2, 0])
  commits[0]?.resolve()
  await first
  expect(ledger.durable).toMatchObject({ state: { seq: 1 }, session: { headSeq: 1, usage: { inputTokens: 1 } } })
  expect(ledger.isSettled).toBe(false)
  commits[1]?.resolve()
  await second
  expect(ledger.durable).toBe(ledger.cut)
  expect(ledger.isSettled).toBe(true)
})

test('the row goes with its events, and its revision only with what a person can change', async () => {
  const { ledger, commits } = await createLedger()
  void ledger.append({ drafts: [usage(1)] })
  void ledger.append({ row: (session) => ({ ...session, pinned: true }) })
  expect(commits.map(({ rows }) => [rows.session?.headSeq, rows.session?.revision])).toEqual([
    [1, 1],
    [1, 2],
  ])
})

test('after a failed commit nothing is written any more, the owner is told once, and the durable cut stands', async () => {
  const { ledger, commits, failures } = await createLedger()
  const first = ledger.append({ drafts: [usage(1)] })
  const second = ledger.append({ drafts: [usage(2)] })
  commits[0]?.reject(new Error('EIO'))
  commits[1]?.reject(new Error('EIO'))
  await expect(first).rejects.toMatchObject({ code: 'read_only' })
  await expect(second).rejects.toMatchObject({ code: 'read_only' })
  await expect(ledger.append({ drafts: [usage(3)] })).rejects.toMatchObject({ code: 'read_only' })
  await expect(ledger.settled()).rejects.toMatchObject({ code: 'read_only' })
  expect(commits).toHaveLength(2)
  expect(failures).toHaveLength(1)
  expect(ledger.durable.state.seq).toBe(0)
})
