/**
 * The connection to one agent: requests with time-outs whose failures are `RuntimeError`s, and what the agent asks of
 * us handed to one listener. `fs/*` and `terminal/*` are not offered: the SDK answers them with method-not-found.
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  type AuthMethod,
  type CreateElicitationRequest,
  type CreateElicitationResponse,
  client,
  methods,
  RequestError,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionNotification,
} from '@agentclientprotocol/sdk'
import { runtimeError } from '../failure.ts'
import { RuntimeError } from '../runtime.ts'
import type { Transport } from '../transport.ts'
import { answeredError, diedError, type Speaker, unexpectedError } from './errors.ts'
import { openWire } from './wire.ts'

/** Our own extension, which the demo agent uses: the agent has put another session in the place of its own. */
export const sessionReplaced = '_heddle/session_replaced'
export interface SessionReplaced {
  readonly sessionId: string
  readonly newSessionId: string
  readonly reason: string
}

export interface Listener {
  update(notification: SessionNotification): void
  permission(
    request: RequestPermissionRequest,
    onDelivered: (callback: () => void) => void,
  ): Promise<RequestPermissionResponse>
  question(request: CreateElicitationRequest): Promise<CreateElicitationResponse>
  replaced(replaced: SessionReplaced): void
}

/** Output that was written before an agent's end is read for at most this long after it. */
const lastOutputMs = 200
/** How long the end of an agent may follow the end of its output. */
const endPatienceMs = 500

export type Connection = ReturnType<typeof connect>

export function connect(transport: Transport, name: string, listener: Listener, loginHint?: string) {
  const wire = openWire(transport.input, transport.output, name)
  const speaker: Speaker & { authMethods: readonly AuthMethod[] } = { name, authMethods: [], loginHint }
  const connection = client({ name: 'heddle' })
    .onNotification(methods.client.session.update, ({ params }) => listener.update(params))
    .onRequest(methods.client.session.requestPermission, ({ params, requestId }) =>
      listener.permission(params, (callback) => wire.afterAnswer(requestId, callback)),
    )
    .onRequest(methods.client.elicitation.create, ({ params }) => listener.question(params))
    .onNotification(
      sessionReplaced,
      (params) => params as SessionReplaced,
      ({ params }) => listener.replaced(params),
    )
    .onNotification('*', () => undefined)
    .connect(wire.stream)
  // A grandchild may hold the output open after the agent's end.
  void transport.ended.then(() => delay(lastOutputMs)).then(() => connection.close())

  /** Why a request failed, once it is known how the agent is. */
  async function explain(error: unknown): Promise<RuntimeError> {
    if (error instanceof RuntimeError) return error
    if (error instanceof RequestError) return answeredError(error, speaker)
    if (!connection.signal.aborted) return unexpectedError(name, error)
    const { reason } = connection.signal
    if (reason instanceof RuntimeError) return reason
    const how = await Promise.race([transport.ended, delay(endPatienceMs).then(() => 'It closed its output.')])
    return diedError(name, how, transport.lastWords())
  }

  /** `timeoutMs` null: as long as it takes. */
  async function request<T>(method: string, params: object, timeoutMs: number | null): Promise<T> {
    const timer = new AbortController()
    const answer = connection.agent.request<T>(method, params)
    try {
      if (timeoutMs === null) return await answer
      const late = delay(timeoutMs, undefined, { signal: timer.signal }).then(() => {
        const cause = transport.lastWords()
        throw runtimeError('timeout', `${name} did not answer ${method} within ${timeoutMs / 1000} seconds.`, { cause })
      })
      return await Promise.race([answer, late])
    } catch (error) {
      throw await explain(error)
    } finally {
      timer.abort()
    }
  }

  return {
    speaker,
    request,
    explain,
    garbageLines: () => wire.garbageLines(),
    /** A dead agent needs no notice: its end is told by the request that runs. */
    notify: (method: string, params: object) => connection.agent.notify(method, params).catch(explain),
    /** Resolves when nothing more will be heard. */
    closed: connection.closed,
    close: () => connection.close(),
  }
}
