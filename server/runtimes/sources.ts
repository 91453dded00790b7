/** Where an agent's process comes from: an installed program, or this one. */
import type { Provider } from '../../shared/model.ts'
import type { AcpAgent } from './acp/open.ts'
import type { AgentEntry } from './catalog.ts'
import { childEnvironment, type Environment } from './environment.ts'
import { runtimeError } from './failure.ts'
import { findProgram, pathFor } from './find-program.ts'
import { startProcess } from './process.ts'

export type { Environment }

export interface Source extends Omit<AcpAgent, 'clientVersion'> {
  /** Starting it costs nothing: it need not wait for a place. */
  readonly isLight: boolean
  /** Looks whether it can be started; null: that is always so. */
  look(): Promise<Pick<Provider, 'state' | 'detail'> | null>
  /** The provider's detail while it is ready. */
  readyDetail(): string
}

export function agentSource(agent: AgentEntry, env: Environment): Source {
  let program: string | null = null
  const missing = agent.install ? `Not installed: ${agent.install}` : `Its command ${agent.command} was not found.`
  const look = async () => {
    program = await findProgram(agent.command, env)
    return program ? { state: 'ready' as const, detail: program } : { state: 'not_installed' as const, detail: missing }
  }
  return {
    name: agent.name,
    isLight: false,
    ...(agent.mode ? { mode: agent.mode } : {}),
    ...(agent.loginHint ? { loginHint: agent.loginHint } : {}),
    look,
    readyDetail: () => program ?? agent.command,
    async start({ runtimeId, cwd, onProcess }) {
      await look()
      if (!program) throw runtimeError('not_installed', `${agent.name} is not installed.`, { cause: missing })
      const own = { PATH: pathFor(program, env), ...agent.env }
      return startProcess({
        name: agent.name,
        command: program,
        args: agent.args,
        cwd,
        env: childEnvironment(env, runtimeId, own, agent.passes),
        runtimeId,
        onProcess,
      })
    },
  }
}

/** This program as a child of its own. */
export function processSource(
  { name, detail }: Provider,
  { command, args, env }: { command: string; args: readonly string[]; env: Environment },
): Source {
  return {
    name,
    isLight: false,
    look: async () => null,
    readyDetail: () => detail,
    start: ({ runtimeId, cwd, onProcess }) =>
      startProcess({ name, command, args, cwd, env: childEnvironment(env, runtimeId), runtimeId, onProcess }),
  }
}
