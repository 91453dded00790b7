/** Stores and folders that go again with the test that made them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createStore } from '../../server/store/create.ts'
import type { Store } from '../../server/store/store.ts'

export * from './writing.ts'

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A store of its own, closed and gone with the test. */
export async function temporaryStore(): Promise<Store> {
  const store = await createStore({ file: join(await temporaryFolder(), 'heddle.db') })
  onTestFinished(() => store.close())
  return store
}
