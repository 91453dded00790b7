/** Speaks the contract to the server that runs on the data folder: its address from the lock, the key from `cli.key`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../../shared/problems.ts'
import { cliKeyFile } from '../cli-key.ts'
import { dataFolder } from '../config.ts'
import { holderOf } from '../store/lock.ts'
import type { Call } from './command.ts'
import { CliError, exitCodes } from './io.ts'

export interface Client {
  /** The server's address now; another one after a restart. */
  address(): Promise<string>
  request<T>(method: string, path: string, body?: unknown): Promise<T>
  /** A response as it is, for streams. Rejects when there is no connection. */
  open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response>
}

export function createClient({ values, io }: Call): Client {
  const folder = dataFolder(values.data, io.environment)
  const client: Client = {
    async address() {
      const { address } = await holderOf(folder)
      if (address === null) throw notRunning(folder)
      return address
    },
    async open(path, headers, signal) {
      const authorization = `Bearer ${await keyOf(folder, io.environment)}`
      return fetch(new URL(path, await client.address()), { headers: { authorization, ...headers }, signal })
    },
    async request<T>(method: string, path: string, body?: unknown) {
      const address = await client.address()
      const authorization = `Bearer ${await keyOf(folder, io.environment)}`
      const response = await fetch(new URL(path, address), {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: io.signal,
      }).catch((error) => {
        throw io.signal.aborted ? error : notRunning(folder)
      })
      if (!response.ok) throw await problemOf(response)
      const text = await response.text()
      return (text === '' ? null : JSON.parse(text)) as T
    },
  }
  return client
}

/** What the server said no with. */
export async function problemOf(response: Response): Promise<CliError> {
  const text = await response.text()
  try {
    const problem = JSON.parse(text) as Problem
    return new CliError(problem.detail, exitCodes.failed, problem)
  } catch {
    return new CliError(`The server answered ${response.status} and not as Heddle does.`)
  }
}

async function keyOf(folder: string, environment: Call['io']['environment']): Promise<string> {
  try {
    return (await readFile(join(folder, cliKeyFile), 'utf8')).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (environment.HEDDLE_KEY) return environment.HEDDLE_KEY
    if (code === 'ENOENT') throw notRunning(folder)
    throw new CliError(`The command line's key in ${folder} cannot be read (${code}): is it another user's?`)
  }
}

function notRunning(folder: string): CliError {
  return new CliError(`No Heddle is running on ${folder}. Start it with \`heddle serve\`.`, exitCodes.notRunning)
}
