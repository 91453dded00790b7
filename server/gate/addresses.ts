/** Which hosts and origins are ours. */
import { isIP } from 'node:net'

interface Listening {
  readonly host: string
  readonly port: number
  readonly publicUrl: string | null
  readonly tls: object | null
}

/** An address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** Where people open it. */
export function publicUrlOf(listening: Listening): string {
  return listening.publicUrl ?? localUrlOf(listening)
}

/** Where programs on this machine reach it. */
export function localUrlOf({ host, port, tls }: Listening): string {
  const reachable = isWildcard(host) ? '127.0.0.1' : host
  return new URL(`${tls ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`).origin
}

/**
 * Our origins by the exact `Host` of each. `localhost` is ours where 127.0.0.1 is: no DNS answer of a stranger can make
 * a browser send it here under a name of theirs.
 */
export function originsOf(listening: Listening): ReadonlyMap<string, string> {
  const hosts = isLoopback(listening.host) || isWildcard(listening.host) ? ['127.0.0.1', 'localhost', '::1'] : []
  const urls = [listening.host, ...hosts]
    .filter((host) => !isWildcard(host))
    .map((host) => new URL(localUrlOf({ ...listening, host })))
  if (listening.publicUrl) urls.push(new URL(listening.publicUrl))
  return new Map(urls.map(({ host, origin }) => [host, origin]))
}
