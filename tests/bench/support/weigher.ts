/**
 * A proxy that weighs what a browser fetches, from whichever thread: the bodies as they are on the wire. The browser is
 * told of it as its HTTP proxy, so that addresses, origins and the server's gate are those of every day.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Fetched {
  method: string
  path: string
  status: number
  encoding: string
  bytes: number
}

export interface Weigher {
  readonly server: string
  /** In the order of their beginning; a stream's grows. */
  readonly fetched: readonly Fetched[]
  close(): Promise<void>
}

/** `origin` alone is let through: what a browser asks for on its own is refused. `encoding`: the only one that the server
 * is told the browser takes. */
export async function startWeigher(origin: string, encoding: 'gzip' | 'br'): Promise<Weigher> {
  const fetched: Fetched[] = []
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(`${origin}/`)) pass(incoming, outgoing, encoding, fetched)
    else outgoing.writeHead(403).end()
  })
  server.on('connect', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetched,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, encoding: string, fetched: Fetched[]): void {
  const { hostname, port, pathname, search } = new URL(incoming.url ?? '')
  const headers = { ...incoming.headers, 'accept-encoding': encoding }
  const entry: Fetched = { method: incoming.method ?? '', path: pathname, status: 0, encoding: '', bytes: 0 }
  fetched.push(entry)
  const { method } = incoming
  const passed = request({ hostname, port, path: pathname + search, method, headers }, (answer) => {
    entry.status = answer.statusCode ?? 0
    entry.encoding = answer.headers['content-encoding'] ?? ''
    answer.on('data', (chunk: Buffer) => (entry.bytes += chunk.length))
    outgoing.writeHead(entry.status, answer.headers)
    answer.pipe(outgoing)
  })
  // A browser that leaves ends its request at the server, and the other way round.
  passed.on('error', () => outgoing.destroy())
  outgoing.on('close', () => passed.destroy())
  incoming.pipe(passed)
}
