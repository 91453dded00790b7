import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog } from '../../server/log/create.ts'
import { createStore } from '../../server/store/create.ts'
import { storeConformance } from '../conformance/store.ts'
import { aSession, chunk, newId, temporaryFolder, temporaryStore, turnEnded } from './support.ts'

storeConformance('SQLite', temporaryStore)

test('what was written is there after a restart, and the files are for their owner alone', async () => {
  const file = join(await temporaryFolder(), 'heddle.db')
  const store = await createStore({ file })
  const session = aSession()
  const chat = await createLog(store.log, { onCommitted: () => undefined }).open(session.id)
  await chat.append([chunk('run_a', '1')], () => ({ session }))
  const modes = await Promise.all(['', '-wal', '-shm'].map(async (end) => (await stat(file + end)).mode & 0o777))
  expect(modes).toEqual([0o600, 0o600, 0o600])
  await store.close()
  const again = await createStore({ file })
  expect(await again.sessions.get(session.id)).toEqual({ session, readSeq: 0 })
  expect(await again.log.head(session.id)).toBe(1)
  await again.close()
})

test('a stream that ended is packed by itself, and one that a crash left is packed at the next start', async () => {
  const file = join(await temporaryFolder(), 'heddle.db')
  const first = await createStore({ file })
  const id = newId('ses')
  const chat = await createLog(first.log, { onCommitted: () => undefined }).open(id)
  await chat.append([chunk('run_a', '1'), turnEnded('run_a')], () => ({}))
  expect(await first.log.unpacked()).toEqual([{ sessionId: id, streamId: 'run_a' }])
  await first.close()
  const second = await createStore({ file })
  const log = createLog(second.log, { onCommitted: () => undefined })
  await expect.poll(() => second.log.unpacked()).toEqual([])
  expect((await log.lastOf(id, 'run_a'))?.type).toBe('turn_ended')
  await second.close()
})

test('the sidebar begins as wide as the page draws it', async () => {
  const store = await createStore({ file: join(await temporaryFolder(), 'heddle.db') })
  expect(await store.settings.get()).toMatchObject({ sidebarWidth: 288 })
  await store.close()
})

test('a closed store says so', async () => {
  const store = await createStore({ file: join(await temporaryFolder(), 'heddle.db') })
  await store.close()
  await expect(store.settings.get()).rejects.toThrow('The store is closed.')
})
