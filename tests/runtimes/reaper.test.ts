import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startTimeOf } from '../../server/runtimes/process-table.ts'
import { reapLeftovers } from '../../server/runtimes/reaper.ts'

// What cannot be ended is waited for as long as in the house, only quicker.
vi.mock('../../server/runtimes/limits.ts', async (original) => ({
  ...(await original<object>()),
  terminateGraceMs: 60,
  killPatienceMs: 60,
}))

it('a left-over process that cannot be ended is told, and keeps nobody from ending the others', async () => {
  const [stuck, other] = await Promise.all([leftover('rt_stuck'), leftover('rt_other')])
  const { kill } = process
  // As one of another user does, which an agent has started by `sudo`.
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    if (Math.abs(pid) !== stuck.pid) return kill.call(process, pid, signal)
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  })
  onTestFinished(() => void vi.restoreAllMocks())
  const reaped = await reapLeftovers([stuck, other])
  expect(reaped.ended).toBe(1)
  expect([...reaped.stuck.keys()]).toEqual(['rt_stuck'])
  expect(String(reaped.stuck.get('rt_stuck'))).toContain(`${stuck.pid}`)
})

async function leftover(runtimeId: string) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e8)'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const pid = child.pid as number
  return { runtimeId, pid, startTime: (await startTimeOf(pid)) ?? '' }
}
