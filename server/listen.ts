/** Begins to listen; a port that is taken is an error that says who has it, where that can be known. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError } from './config.ts'

/** Resolves with the port. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    throw await refusal(error as NodeJS.ErrnoException, host, port)
  }
  return (server.address() as AddressInfo).port
}

async function refusal(error: NodeJS.ErrnoException, host: string, port: number): Promise<Error> {
  if (error.code === 'EADDRINUSE') {
    const holder = (await heddleAt(host, port)) ?? (await processAt(port)) ?? 'another program'
    return new ConfigError(`Port ${port} is taken by ${holder}. Choose another with --port, or 0 for any that is free.`)
  }
  if (error.code === 'EACCES')
    return new ConfigError(`This user may not listen on port ${port}; choose one above 1023.`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new ConfigError(`${host} is no address of this machine; choose another with --host.`)
  return error
}

const askMs = 1_000

/** Whether another Heddle answers there: one on another data folder. */
async function heddleAt(host: string, port: number): Promise<string | null> {
  try {
    const address = host.includes(':') ? `[${host}]` : host
    const signal = AbortSignal.timeout(askMs)
    const health = (await (await fetch(`http://${address}:${port}/api/health`, { signal })).json()) as {
      version?: string
    }
    return typeof health.version === 'string' ? 'another Heddle, with another data folder' : null
  } catch {
    // Whatever it is, it does not answer as Heddle does.
    return null
  }
}

/** Linux tells by the socket's number; elsewhere, and of other users' processes, it cannot be known. */
async function processAt(port: number): Promise<string | null> {
  const sockets = await listeningSockets(port)
  for (const pid of sockets.length > 0 ? await readdir('/proc') : []) {
    if (!/^\d+$/.test(pid)) continue
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const file of files) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '')
      if (!sockets.includes(target)) continue
      const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
      return `${name || 'a process'} (process ${pid})`
    }
  }
  return null
}

async function listeningSockets(port: number): Promise<string[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return tables.flatMap((table) =>
    table.split('\n').flatMap((row) => {
      const [, local, , state, , , , , , inode] = row.trim().split(/\s+/)
      return local?.endsWith(wanted) && state === '0A' ? [`socket:[${inode}]`] : []
    }),
  )
}
