import { existsSync } from 'node:fs'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DataLock, takeLock } from '../../server/store/lock.ts'
import { temporaryFolder } from './support.ts'

test('a second server on the same folder is told who has it and where it answers', async () => {
  const folder = await temporaryFolder()
  const lock = held(await takeLock(folder))
  expect(await takeLock(folder)).toEqual({ heldBy: { pid: process.pid, address: null } })
  await lock.announce('http://127.0.0.1:4870')
  expect(await takeLock(folder)).toEqual({ heldBy: { pid: process.pid, address: 'http://127.0.0.1:4870' } })
  await lock.release()
  await held(await takeLock(folder)).release()
})

test('of many that start at once exactly one gets the folder', async () => {
  const folder = await temporaryFolder()
  const answers = await Promise.all(Array.from({ length: 12 }, () => takeLock(folder)))
  const locks = answers.filter((answer) => 'release' in answer)
  expect(locks).toHaveLength(1)
  await locks[0]?.release()
})

test('the folder is made, for its owner alone; one that holds other things keeps its mode', async () => {
  const folder = join(await temporaryFolder(), 'deep', 'data')
  await held(await takeLock(folder)).release()
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await chmod(folder, 0o755)
  await held(await takeLock(folder)).release()
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  const other = join(await temporaryFolder(), 'home')
  await mkdir(other, { mode: 0o755 })
  await writeFile(join(other, 'something'), '')
  await chmod(other, 0o755)
  await held(await takeLock(other)).release()
  expect((await stat(other)).mode & 0o777).toBe(0o755)
  expect((await stat(join(other, 'heddle.lock'))).mode & 0o777).toBe(0o600)
})

function held(answer: DataLock | { heldBy: unknown }): DataLock {
  if ('heldBy' in answer) throw new Error(`Held by ${JSON.stringify(answer.heldBy)}.`)
  return answer
}

test.runIf(existsSync('/proc/self'))(
  'a folder that cannot be made is refused at once, also where the kernel keeps house',
  async () => {
    await expect(takeLock('/proc/heddle/data')).rejects.toThrow(/ENOENT/)
  },
)
