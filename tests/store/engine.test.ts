import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../server/log/create.ts'
import { startEngine } from '../../server/store/engine.ts'
import { migrate, openQueries } from '../../server/store/kysely.ts'
import { createLogReader } from '../../server/store/log-reader.ts'
import { createLogStorage } from '../../server/store/log-storage.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import { chunk, newId, temporaryFolder } from './support.ts'

test('what is committed is on the disk: a write-ahead log that is synced at every commit', async () => {
  const { pragma } = await logOnEngine()
  expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }])
  expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }])
  expect(await pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }])
})

test('a disk that is full refuses the append with a sentence; when there is room again the session goes on', async () => {
  const { log, pragma } = await logOnEngine()
  const id = newId('ses')
  const chat = await log.open(id)
  await chat.append([chunk('run_a', 'kept')], () => ({}))
  // SQLite then finds no room for a page more, as on a full disk.
  await pragma('max_page_count = 1')
  const large = [chunk('run_a', 'x'.repeat(1_000_000))]
  const refused = { code: 'disk_full', message: expect.stringMatching(/Free some space/) }
  await expect(chat.append(large, () => ({}))).rejects.toMatchObject(refused)
  await pragma('max_page_count = 1000000')
  await expect(chat.append(large, () => ({}))).rejects.toMatchObject(refused)
  const [event] = await (await log.open(id)).append(large, () => ({}))
  expect([event?.seq, await log.head(id)]).toEqual([2, 2])
})

test('a statement that fails takes back all that was written with it', async () => {
  const { engine, queries } = await logOnEngine()
  const good = ["INSERT INTO memory (key, value) VALUES ('a', 'b')", []] as const
  await expect(engine.perform({ kind: 'write', writes: [good, good] })).rejects.toThrow(/UNIQUE/)
  expect(await queries.selectFrom('memory').selectAll().execute()).toEqual([])
})

async function logOnEngine() {
  const file = join(await temporaryFolder(), 'heddle.db')
  const engine = await startEngine(file)
  const queries = openQueries(engine)
  await migrate(queries)
  const reader = openSqlite(file)
  onTestFinished(async () => {
    reader.close()
    await engine.close()
  })
  const log = createLog(createLogStorage(engine, queries, createLogReader(reader)), { onCommitted: () => undefined })
  const pragma = async (words: string) =>
    (await engine.perform({ kind: 'query', sql: `PRAGMA ${words}`, values: [] })).rows
  return { engine, queries, log, pragma }
}
