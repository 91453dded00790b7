/** A process of its own that writes, and is killed in the middle of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../server/log/create.ts'
import { createStore } from '../../server/store/create.ts'
import { takeLock } from '../../server/store/lock.ts'
import { everything } from '../conformance/log-storage.ts'
import { createRandom, seedOf } from '../support/random.ts'
import { temporaryFolder } from './support.ts'
import type { Acknowledged } from './writer-process.ts'

const random = createRandom(seedOf('killed writer'))
const root = fileURLToPath(new URL('../..', import.meta.url))
let built: string

beforeAll(async () => {
  await mkdir(join(root, '.cache'), { recursive: true })
  built = await mkdtemp(join(root, '.cache/writer-'))
  await build({
    entryPoints: {
      writer: join(root, 'tests/store/writer-process.ts'),
      'store-thread': join(root, 'server/store/thread.ts'),
    },
    outdir: built,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
})
afterAll(() => rm(built, { recursive: true, force: true }))

test('a process that is killed in mid-write has kept all that it acknowledged, in order, rows and events alike', {
  timeout: 30_000,
}, async () => {
  const folder = await temporaryFolder()
  for (let life = 0; life < 3; life++) {
    const writer = startWriter(folder)
    const acknowledged = new Map<string, Acknowledged>()
    const enough = random.between(50, 400)
    let count = 0
    for await (const line of createInterface({ input: writer.stdout! })) {
      const said = JSON.parse(line) as Acknowledged
      acknowledged.set(said.sessionId, said)
      count++
      if (count === enough) writer.kill('SIGKILL')
    }
    const store = await createStore({ file: join(folder, 'heddle.db') })
    const log = createLog(store.log, { onCommitted: () => undefined })
    expect(acknowledged.size).toBeGreaterThan(1)
    for (const { sessionId, seq } of acknowledged.values()) {
      const entries = await everything(log.read(sessionId, 0))
      expect(entries.length).toBeGreaterThanOrEqual(seq)
      expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1))
      expect(entries.every(({ data, seq }) => JSON.parse(data).text === `${seq}`)).toBe(true)
      const stored = await store.sessions.get(sessionId)
      expect(stored).toMatchObject({ session: { headSeq: entries.length }, readSeq: entries.length })
    }
    await store.close()
  }
})

test('the folder of a server that was killed can be had at once', { timeout: 30_000 }, async () => {
  const folder = await temporaryFolder()
  const writer = startWriter(folder)
  await once(writer.stdout!, 'data')
  expect(await takeLock(folder)).toEqual({ heldBy: { pid: writer.pid, address: null } })
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  const answer = await takeLock(folder)
  expect(answer).toHaveProperty('release')
  if ('release' in answer) await answer.release()
})

function startWriter(folder: string): ChildProcess {
  const writer = spawn(process.execPath, [join(built, 'writer.js'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void writer.kill('SIGKILL'))
  return writer
}
