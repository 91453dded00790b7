/**
 * Permissions: built here from the structured request, never from the agent's words about it, and decided once. The
 * decision names what was shown by its digest.
 */
import { createHash } from 'node:crypto'
import type { ResolvePermission } from '../../shared/api.ts'
import type { Message, Part, Permission, PermissionOption } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { SessionState } from '../../shared/state.ts'
import type { PermissionRequest } from '../runtimes/runtime.ts'

export interface Asking {
  readonly id: string
  readonly sessionId: string
  readonly streamId: string
  readonly at: string
}

export function newPermission(request: PermissionRequest, { id, sessionId, streamId, at }: Asking): Permission {
  return {
    id,
    sessionId,
    streamId,
    toolCallId: request.toolCall.toolCallId,
    title: request.title,
    kind: request.kind,
    subject: request.subject,
    digest: digestOf(request.subject),
    options: [...request.options],
    state: 'pending',
    askedAt: at,
    resolvedAt: null,
    resolvedBy: null,
    optionId: null,
    deliveredAt: null,
    reason: null,
  }
}

/** The permission as a decision leaves it. Throws what is wrong with the decision. */
export function decided(permission: Permission, body: ResolvePermission, by: string, at: string): Permission {
  if (permission.state === 'expired')
    throw new ProblemError('expired', permission.reason ?? 'This request has expired: nothing was run.')
  if (permission.state === 'resolved') throw alreadyResolved(permission)
  if (body.digest !== permission.digest)
    throw new ProblemError('digest_mismatch', 'This is not what was shown. Look at the request again, then decide.')
  const option = permission.options.find(({ optionId }) => optionId === body.optionId)
  if (!option) {
    const known = permission.options.map(({ optionId }) => optionId).join(', ')
    const issues = [{ path: 'optionId', message: `One of: ${known}` }]
    throw new ProblemError('invalid_body', 'There is no such option in this request.', { issues })
  }
  if (body.scope && body.scope !== 'once')
    throw new ProblemError('not_implemented', 'Standing approvals are not built yet: decide this one request.')
  const reason = isAllow(option) ? null : (body.reason ?? null)
  return { ...permission, state: 'resolved', resolvedAt: at, resolvedBy: by, optionId: option.optionId, reason }
}

function alreadyResolved({ resolvedBy, resolvedAt, optionId, options }: Permission): ProblemError {
  const name = options.find((option) => option.optionId === optionId)?.name ?? optionId
  return new ProblemError('already_resolved', `${resolvedBy} has already decided: ${name}.`, {
    resolvedBy,
    resolvedAt,
    optionId,
    optionName: name,
  })
}

export function expired(permission: Permission, reason: string, at: string): Permission {
  return { ...permission, state: 'expired', resolvedAt: permission.resolvedAt ?? at, reason }
}

export const isAllow = ({ kind }: PermissionOption) => kind === 'allow_once' || kind === 'allow_always'

/** Allowed by a person, but never handed to the agent. */
export function isUndelivered(permission: Permission): boolean {
  const option = permission.options.find(({ optionId }) => optionId === permission.optionId)
  return permission.state === 'resolved' && permission.deliveredAt === null && option !== undefined && isAllow(option)
}

/** Newest first: what is asked for is most often what runs. Undefined if no message of the session has it. */
export function findPart<T extends Part['type']>(
  { live, messages }: SessionState,
  type: T,
  matches: (part: Extract<Part, { type: T }>) => boolean,
): Extract<Part, { type: T }> | undefined {
  const isIt = (part: Part): part is Extract<Part, { type: T }> =>
    part.type === type && matches(part as Extract<Part, { type: T }>)
  const within = (list: readonly Message[]) => list.findLast(({ parts }) => parts.some(isIt))
  return (within(live?.messages ?? []) ?? within(messages))?.parts.find(isIt)
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** JSON with its keys sorted, so that the same content has the same bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(byKey)) : inner,
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const byKey = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1)
