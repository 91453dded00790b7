/** A process in a session of its own (`setsid`), as agents start them: a group kill misses it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export async function spawnGrandchild(env: NodeJS.ProcessEnv): Promise<number> {
  const program = 'setInterval(() => undefined, 1 << 30)'
  const child = spawn(process.execPath, ['-e', program], { detached: true, stdio: 'ignore', env })
  await once(child, 'spawn')
  child.unref()
  return child.pid as number
}
