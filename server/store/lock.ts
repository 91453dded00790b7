/**
 * One server per data folder. The lock is an exclusive SQLite transaction that is held open: the operating system gives
 * it up with the process, however that ends, so there is no stale lock to judge and no race between two starts. Who holds
 * it stands in a file beside it, which is only ever read for its words.
 */
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openSqlite, type Sqlite, SqliteFailure } from './sqlite.ts'

export interface DataLock {
  /** Where the server answers, once it does: what a second start prints. */
  announce(address: string): Promise<void>
  release(): Promise<void>
}
export interface Holder {
  /** Null: it took the lock a moment ago. */
  readonly pid: number | null
  /** Null: it has not begun to listen yet. */
  readonly address: string | null
}

const lockFile = 'heddle.lock'
const holderFile = 'server.json'

/** Makes the folder (0700) where it is missing. Rejects when it cannot be made or written. */
export async function takeLock(dataDir: string): Promise<DataLock | { heldBy: Holder }> {
  await makePrivateFolder(dataDir)
  const database = await lockedDatabase(join(dataDir, lockFile))
  if (!database) return { heldBy: await holderOf(dataDir) }
  const say = (address: string | null) => writeHolder(dataDir, { pid: process.pid, address })
  await say(null)
  return {
    announce: say,
    async release() {
      await rm(join(dataDir, holderFile), { force: true })
      database.exec('ROLLBACK')
      database.close()
    },
  }
}

/** Null: somebody else has it. */
async function lockedDatabase(file: string): Promise<Sqlite | null> {
  const handle = await open(file, 'a', 0o600)
  await handle.close()
  const database = openSqlite(file)
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    const isBusy = error instanceof SqliteFailure && error.resultCode === 5
    if (isBusy) return null
    throw error
  }
}

/** A folder that was there before and holds other things keeps its mode: it may be anything that a person named. */
async function makePrivateFolder(dataDir: string): Promise<void> {
  await makeMissing(dataDir)
  const isOpen = ((await stat(dataDir)).mode & 0o077) !== 0
  const names = isOpen ? await readdir(dataDir) : []
  if (isOpen && (names.length === 0 || names.includes(lockFile))) await chmod(dataDir, 0o700)
}

/** `mkdir`'s own `recursive` never ends where a folder exists and refuses children as if it did not (`/proc`; Node 20). */
async function makeMissing(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 })
  try {
    await make()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeMissing(dirname(folder))
    await make()
  }
}

/** Moved into place, so that nobody reads half of it. */
async function writeHolder(dataDir: string, holder: Holder): Promise<void> {
  const fresh = join(dataDir, `${holderFile}.${process.pid}`)
  await writeFile(fresh, JSON.stringify(holder), { mode: 0o600 })
  await rename(fresh, join(dataDir, holderFile))
}

/** Who wrote last that it has the folder; it may have ended since: only `takeLock` can tell. */
export async function holderOf(dataDir: string): Promise<Holder> {
  try {
    return JSON.parse(await readFile(join(dataDir, holderFile), 'utf8')) as Holder
  } catch (error) {
    // Taken a moment ago, and not written yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { pid: null, address: null }
    throw error
  }
}
