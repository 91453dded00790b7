/** The demo agent as a process of its own: `main.js demo-agent`. */
import type { Readable, Writable } from 'node:stream'
import { writeLine } from '../acp/wire.ts'
import { serveDemoAgent } from './agent.ts'
import { spawnGrandchild } from './grandchild.ts'

/** Resolves when its input has ended; after `hang` never, and SIGTERM is ignored: only a kill ends it. */
export async function runDemoAgent(input: Readable, output: Writable): Promise<void> {
  let hanging = false
  await serveDemoAgent(input, output, {
    provider: 'demo-process',
    crash() {
      process.stderr.write('demo agent: crashing as asked\n')
      process.kill(process.pid, 'SIGKILL')
    },
    hang() {
      hanging = true
      process.on('SIGTERM', () => process.stderr.write('demo agent: hanging, SIGTERM ignored\n'))
      // Without work Node would end at the end of input.
      setInterval(() => undefined, 1 << 30)
    },
    writeRaw: (text) => writeLine(output, text),
    spawnGrandchild: () => spawnGrandchild(process.env),
  })
  if (hanging) await new Promise(() => undefined)
}
