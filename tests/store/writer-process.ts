/** Started by crash.test.ts: takes the folder, appends to several sessions without end, says each append that was acknowledged. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '../../server/log/create.ts'
import type { SessionLog } from '../../server/log/log.ts'
import { createStore } from '../../server/store/create.ts'
import { takeLock } from '../../server/store/lock.ts'
import { aSession, chunk, newId } from './writing.ts'

export interface Acknowledged {
  readonly sessionId: string
  readonly seq: number
}

const folder = process.argv[2] ?? ''
const lock = await takeLock(folder)
if ('heldBy' in lock) throw new Error('The folder is held.')
const store = await createStore({ file: join(folder, 'heddle.db') })
const log = createLog(store.log, { onCommitted: () => undefined })
for (let session = 0; session < 5; session++) write(await log.open(newId('ses')))

function write(chat: SessionLog): void {
  const id = chat.sessionId
  const texts = Array.from({ length: 1 + (chat.head % 3) }, (_, index) => `${chat.head + 1 + index}`)
  const drafts = texts.map((text) => chunk('run_a', text))
  const rows = { session: aSession({ id, headSeq: chat.head + drafts.length }), readSeq: chat.head + drafts.length }
  chat
    .append(drafts, () => rows)
    .then((events) => {
      // Straight to the pipe: what is said here has been acknowledged, whatever happens to this process next.
      writeSync(1, `${JSON.stringify({ sessionId: id, seq: events.at(-1)?.seq })}\n`)
      write(chat)
    })
    .catch((error: unknown) => {
      process.stderr.write(`${error}\n`)
      process.exitCode = 1
    })
}
