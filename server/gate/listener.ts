/** From Node's request to the app: strict headers, the gate, then Hono. What Node itself refuses is answered here too. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { ProblemError } from '../../shared/problems.ts'
import type { Gate } from '../gate.ts'
import { keepAliveMs, requestTimeoutMs, timeoutCheckMs } from '../limits.ts'
import type { Env } from '../routes/house.ts'
import { problemResponse } from '../routes/problems.ts'
import { setStrictHeaders, strictHeaders } from './headers.ts'

interface Options {
  readonly app: Hono<Env>
  readonly gate: Gate
  readonly tls: { cert: Buffer; key: Buffer } | null
  /** To send a whole request. */
  readonly timeoutMs?: number
  readonly report: (error: unknown, doing: string) => void
}

export function createListener({ app, gate, tls, timeoutMs = requestTimeoutMs, report }: Options): Server {
  const toApp = getRequestListener((request, env) => app.fetch(request, env), {
    // What Hono's adapter cannot make a request of (an ill-formed target) has passed the gate by mistake.
    errorHandler: (error) => {
      report(error, 'reading a request')
      return problemResponse(new ProblemError('invalid_id', 'This address is ill-formed.'))
    },
  })
  const options = {
    requestTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(timeoutCheckMs, timeoutMs),
    ...tls,
  }
  const server = tls ? createHttpsServer(options, answer) : createHttpServer(options, answer)
  return server.on('clientError', refuseBroken)

  function answer(incoming: IncomingMessage, outgoing: ServerResponse) {
    setStrictHeaders(outgoing)
    try {
      gate({ method: incoming.method ?? '', target: incoming.url ?? '', headers: incoming.headers })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return refuse(outgoing, error)
    }
    toApp(incoming, outgoing).catch((error) => {
      report(error, 'answering a request')
      outgoing.destroy()
    })
  }
}

/** What was refused is not read on: the connection ends with the answer. */
function refuse(outgoing: ServerResponse, problem: ProblemError) {
  const headers = Object.fromEntries(problemResponse(problem).headers)
  outgoing.writeHead(problem.status, { ...headers, Connection: 'close' })
  outgoing.end(JSON.stringify(problem.toProblem()))
}

const brokenStatus: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/** No request could be made of it, so no response object is there: the answer is written by hand. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const head = [`HTTP/1.1 ${brokenStatus[error.code ?? ''] ?? '400 Bad Request'}`, 'Connection: close']
  for (const [name, value] of Object.entries(strictHeaders)) head.push(`${name}: ${value}`)
  // Node watches over requests, not over what was refused: who does not hang up would stay connected for ever.
  socket.end(`${head.join('\r\n')}\r\n\r\n`, () => socket.destroy())
}
