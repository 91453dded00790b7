import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createLog, type LogOptions } from '../../server/log/create.ts'
import type { LogEntry, SessionLog } from '../../server/log/log.ts'
import { ProblemError } from '../../shared/problems.ts'
import { createMemoryStorage } from '../conformance/memory-storage.ts'
import { aSession, chunk, newId, turnEnded } from '../store/support.ts'

const diskFull = new ProblemError('disk_full', 'The disk is full.')

test('an append to an idle log is committed at once; what comes meanwhile goes together in the next commit', async () => {
  const { storage, chats, say } = await logWith({ chats: 3 })
  const release = hold(storage)
  const first = say(chats[0]!, 'first')
  await vi.waitFor(() => expect(storage.groups).toHaveLength(1))
  const rest = chats.flatMap((chat) => [say(chat, 'a'), say(chat, 'b')])
  await nextTurnOfTheLoop()
  expect(storage.groups).toHaveLength(1)
  release()
  await Promise.all([first, ...rest])
  expect(storage.groups.map((group) => group.length)).toEqual([1, 6])
})

test('what is said in one go is one commit, also when the log was idle', async () => {
  const { storage, chats, say } = await logWith({ chats: 2 })
  await Promise.all(chats.flatMap((chat) => [say(chat, 'a'), say(chat, 'b')]))
  expect(storage.groups.map((group) => group.length)).toEqual([4])
})

test('nothing is shown before it is durable, and all of it before the append is answered', async () => {
  const { storage, chats, say, order } = await logWith()
  const release = hold(storage)
  const appended = say(chats[0]!, 'a').then(() => order.push('answered'))
  await vi.waitFor(() => expect(storage.groups).toHaveLength(1))
  expect([order, chats[0]?.head, chats[0]?.durableHead]).toEqual([[], 1, 0])
  release()
  await appended
  expect([order, chats[0]?.durableHead]).toEqual([['published 1', 'answered'], 1])
})

test('appends are answered in the order in which they were made', async () => {
  const { chats, say, order } = await logWith()
  const appends = Array.from({ length: 50 }, (_, index) =>
    say(chats[0]!, `${index}`).then(() => order.push(`${index}`)),
  )
  await Promise.all(appends)
  const answers = order.filter((word) => !word.startsWith('published'))
  expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`))
})

test('the owner folds its events before append returns, and rows that cannot be made cost no number', async () => {
  const { chats } = await logWith()
  const chat = chats[0]!
  const failing = chat.append([chunk('run_a', 'no')], () => {
    throw new Error('No row for that.')
  })
  let folded = 0
  const kept = chat.append([chunk('run_a', 'yes')], ([event]) => {
    folded = event?.seq ?? 0
    return {}
  })
  expect(folded).toBe(1)
  await expect(failing).rejects.toThrow('No row')
  expect((await kept).map(({ seq, prev }) => [seq, prev])).toEqual([[1, 0]])
})

test('rows alone can be written, with no event', async () => {
  const { chats, published } = await logWith()
  const session = aSession({ id: chats[0]!.sessionId, title: 'New name' })
  expect(await chats[0]!.append([], () => ({ session }))).toEqual([])
  expect(published.sessions).toEqual([session])
})

test('when the disk is full every append of the group is refused, and nothing of those owners is written after it', async () => {
  const { storage, chats, say, published } = await logWith({ chats: 3 })
  const [one, two, three] = chats as [SessionLog, SessionLog, SessionLog]
  await say(one, 'kept')
  storage.failure = diskFull
  const lost = [say(one, 'lost'), say(two, 'lost')]
  const behind = [nextTurnOfTheLoop().then(() => say(one, 'behind'))]
  const results = await Promise.allSettled([...lost, ...behind])
  expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([diskFull, diskFull, diskFull])
  storage.failure = null
  await expect(say(one, 'later')).rejects.toBe(diskFull)
  await say(three, 'another owner')
  expect(published.entries.map(({ data }) => JSON.parse(data).text)).toEqual(['kept', 'another owner'])
})

test('what waits behind a failed append of the same owner is not even tried', async () => {
  const { storage, chats, say } = await logWith({ chats: 2 })
  const { commit } = storage
  let refuse: (reason: Error) => void = () => undefined
  storage.commit = () => {
    storage.commit = commit
    return new Promise((_, reject) => {
      refuse = reject
    })
  }
  const lost = say(chats[0]!, 'lost')
  await nextTurnOfTheLoop()
  const behind = [say(chats[0]!, 'behind'), say(chats[1]!, 'another owner')]
  refuse(diskFull)
  const results = await Promise.allSettled([lost, ...behind])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(storage.groups.map((group) => group.map(({ sessionId }) => sessionId))).toEqual([[chats[1]!.sessionId]])
})

test('opened again after a failure, a session continues after what is durable', async () => {
  const { storage, chats, say, log } = await logWith()
  await say(chats[0]!, 'kept')
  storage.failure = diskFull
  await expect(say(chats[0]!, 'lost')).rejects.toBe(diskFull)
  storage.failure = null
  const again = await log.open(chats[0]!.sessionId)
  const [event] = await say(again, 'next')
  expect([event?.seq, event?.prev]).toEqual([2, 1])
})

test('a listener that throws is told of, and stops neither its own append nor any later one', async () => {
  const failures: unknown[] = []
  const heard: number[] = []
  const broken = new Error('The hub broke.')
  const log = createLog(createMemoryStorage(), {
    onCommitted({ entries }) {
      if (entries[0]?.seq === 1) throw broken
      heard.push(...entries.map(({ seq }) => seq))
    },
    onListenerFailed: (error) => failures.push(error),
  })
  const chat = await log.open(newId('ses'))
  await chat.append([chunk('run_a', 'a')], () => ({}))
  await chat.append([chunk('run_a', 'b')], () => ({}))
  expect([failures, heard, chat.durableHead]).toEqual([[broken], [2], 2])
})

test('flush waits for everything appended until then, also for what fails', async () => {
  const { storage, chats, say, log, published } = await logWith()
  const appends = [say(chats[0]!, 'a'), say(chats[0]!, 'b')]
  await log.flush()
  expect(published.entries).toHaveLength(2)
  storage.failure = diskFull
  appends.push(say(chats[0]!, 'c'))
  await log.flush()
  expect((await Promise.allSettled(appends)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
  ])
})

test('a turn is packed when it has ended, and one that a crash left unpacked at the next start', async () => {
  const packed: string[] = []
  const storage = createMemoryStorage()
  storage.packStream = async (_, streamId) => void packed.push(streamId)
  storage.unpacked = async () => [{ sessionId: 'ses_old', streamId: 'run_old' }]
  const { chats } = await logWith({ storage })
  await chats[0]!.append([chunk('run_a', 'a'), chunk('run_b', 'b')], () => ({}))
  await chats[0]!.append([turnEnded('run_a')], () => ({}))
  await vi.waitFor(() => expect(packed).toEqual(['run_old', 'run_a']))
})

test('packing that fails is told, and takes nothing with it', async () => {
  const failures: unknown[] = []
  const storage = createMemoryStorage()
  storage.packStream = async () => Promise.reject(diskFull)
  const { chats, say } = await logWith({ storage, onPackingFailed: (error) => failures.push(error) })
  await chats[0]!.append([turnEnded('run_a')], () => ({}))
  await vi.waitFor(() => expect(failures).toEqual([diskFull]))
  await say(chats[0]!, 'goes on')
})

async function logWith({
  chats: count = 1,
  storage = createMemoryStorage(),
  ...options
}: { chats?: number; storage?: ReturnType<typeof createMemoryStorage> } & Partial<LogOptions> = {}) {
  const order: string[] = []
  const published: { entries: LogEntry[]; sessions: unknown[] } = { entries: [], sessions: [] }
  const log = createLog(storage, {
    ...options,
    onCommitted({ entries, sessions }) {
      published.entries.push(...entries)
      published.sessions.push(...sessions)
      for (const { seq } of entries) order.push(`published ${seq}`)
    },
  })
  const chats = await Promise.all(Array.from({ length: count }, () => log.open(newId('ses'))))
  const say = (chat: SessionLog, text: string) => chat.append([chunk('run_a', text)], () => ({}))
  return { log, storage, chats, published, order, say }
}

/** Commits stand still until the answer is called. */
function hold(storage: ReturnType<typeof createMemoryStorage>): () => void {
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  storage.pause = () => held
  return release
}
