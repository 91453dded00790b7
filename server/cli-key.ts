/** The command line's own key: in the data folder, readable by its user alone. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { House, Keys } from './routes/house.ts'

export const cliKeyFile = 'cli.key'

/** As authors and decisions are shown with it. */
const name = 'command line'

/** Keeps the key that is there if it is still one; else makes it. */
export async function writeCliKey(folder: string, keys: Keys, report: House['report']): Promise<void> {
  const path = join(folder, cliKeyFile)
  const held = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') report(error, 'reading the key of the command line; a new one is made')
    return ''
  })
  if (held !== '' && keys.actorOf(held.trim())) return
  // What an earlier file held is lost, and worth nothing from now on.
  for (const { id } of keys.list().filter((key) => key.name === name && key.kind === 'program')) await keys.revoke(id)
  const { secret } = await keys.create(name, 'program')
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
