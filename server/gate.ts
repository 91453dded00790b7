/**
 * The one gate before routing: what comes from another site, for another host, or in a shape that another reader could
 * take for something else, is refused here, before anything looks at it. There are no CORS headers at all.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { ProblemError } from '../shared/problems.ts'
import { pathOf } from './gate/target.ts'
import { maxBodyBytes } from './limits.ts'
import { tooLarge } from './routes/problems.ts'

export interface GateRequest {
  readonly method: string
  /** The request target as it came. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
}

/** Throws a `ProblemError` for what may not pass. */
export type Gate = (request: GateRequest) => void

/** `origins`: ours, by the exact `Host` that belongs to each; asked at each request, since the port is known late. */
export function createGate(origins: () => ReadonlyMap<string, string>, isShell: (path: string) => boolean): Gate {
  return ({ method, target, headers }) => {
    const ours = origins()
    if (!ours.has(headers.host?.toLowerCase() ?? ''))
      throw new ProblemError('misdirected', 'This server does not answer for that host; use the address it printed.')
    const path = pathOf(target)
    checkMethod(method, path)
    checkSite(headers, ours, method === 'GET' && isShell(path))
    if (method !== 'GET' && method !== 'HEAD') checkBody(headers)
  }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** HEAD is for files: a stream that is not read would stay open. */
function checkMethod(method: string, path: string) {
  const known = methods.includes(method) && !(method === 'HEAD' && path.startsWith('/api'))
  if (!known)
    throw new ProblemError('method_not_allowed', `${method} is not for this address.`, {
      allow: methods.filter((name) => name !== 'HEAD' || !path.startsWith('/api')).join(', '),
    })
}

function checkSite(headers: IncomingHttpHeaders, ours: ReadonlyMap<string, string>, isShell: boolean) {
  const { origin } = headers
  if (origin !== undefined && ![...ours.values()].includes(origin)) throw crossSite()
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return
  // A link from elsewhere to the page: the shell holds no data.
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (!(isShell && isNavigation)) throw crossSite()
}

/** Exactly JSON, which no form of another site can send; no body, no type. */
function checkBody(headers: IncomingHttpHeaders) {
  const type = headers['content-type']
  const length = headers['content-length']
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  if (type === undefined ? hasBody : !/^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i.test(type))
    throw new ProblemError('unsupported_media_type', 'Send JSON, with `Content-Type: application/json`.')
  if (length !== undefined && Number(length) > maxBodyBytes) throw tooLarge()
}

function crossSite(): ProblemError {
  return new ProblemError('cross_site', 'Requests of other sites are refused.')
}
