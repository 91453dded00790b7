/** The demo agent inside the server: the same agent and the same framing, over two pipes in memory. */
import { PassThrough, Transform } from 'node:stream'
import { writeLine } from '../acp/wire.ts'
import { childEnvironment, type Environment } from '../environment.ts'
import { giveWayMs } from '../limits.ts'
import { startTimeOf } from '../process-table.ts'
import type { OpenRequest } from '../runtime.ts'
import type { Transport } from '../transport.ts'
import { endTree } from '../tree.ts'
import { serveDemoAgent } from './agent.ts'
import { spawnGrandchild } from './grandchild.ts'
import type { DemoHost } from './session.ts'

export function startDemoInProcess(provider: string, env: Environment, request: OpenRequest): Transport {
  const toAgent = new PassThrough()
  const fromAgent = pipeThatGivesWay()
  let lastWords = ''
  let hasChildren = false
  let tellEnd: (how: string) => void = () => undefined
  const ended = new Promise<string>((resolve) => {
    tellEnd = resolve
  })
  const stop = (how: string) => {
    toAgent.destroy()
    fromAgent.destroy()
    tellEnd(how)
  }
  const host: DemoHost = {
    provider,
    crash() {
      lastWords = 'demo agent: crashing as asked'
      stop('It crashed.')
    },
    hang: () => undefined,
    writeRaw: (text) => writeLine(fromAgent, text),
    async spawnGrandchild() {
      hasChildren = true
      const pid = await spawnGrandchild(childEnvironment(env, request.runtimeId))
      request.onProcess({ pid, startTime: (await startTimeOf(pid)) ?? '' })
      return pid
    },
  }
  void serveDemoAgent(toAgent, fromAgent, host).then(() => stop('It has ended.'))
  return {
    input: fromAgent,
    output: toAgent,
    ended,
    lastWords: () => lastWords,
    async close() {
      stop('It was ended.')
      if (hasChildren) await endTree({ runtimeId: request.runtimeId, pid: null })
    },
  }
}

/**
 * What an agent of its own process says comes with the turns of the loop. Through a plain pipe in memory one that says
 * much at once would be heard to its end before anything else of the server: no request, no stop.
 */
function pipeThatGivesWay(): Transform {
  let gaveWayAt = 0
  return new Transform({
    transform(chunk, _encoding, done) {
      if (performance.now() - gaveWayAt < giveWayMs) return done(null, chunk)
      setImmediate(() => {
        gaveWayAt = performance.now()
        done(null, chunk)
      })
    },
  })
}
