/** What routes are given: the ports they may ask, and what the gate has found out about a request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiKey, Provider } from '../../shared/model.ts'
import type { Hub } from '../hub/hub.ts'
import type { Actor, Command, Idempotency, Sessions } from '../sessions/sessions.ts'
import type { Store } from '../store/store.ts'

export interface House {
  readonly version: string
  readonly sessions: Sessions
  readonly hub: Hub
  readonly store: Store
  readonly providers: Providers
  readonly keys: Keys
  readonly loginCodes: LoginCodes
  readonly tickets: Tickets
  /** The address that people open: `http://127.0.0.1:4870`. */
  readonly publicUrl: () => string
  /** Aborted when the server ends: what is open closes. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Says what went wrong, to whoever runs the server. */
  readonly report: (error: unknown, doing: string) => void
}

export interface Providers {
  list(): readonly Provider[]
  /** Looks again at one; throws `not_found` for one that is unknown. */
  refresh(id: string, signal: AbortSignal): Promise<Provider>
}

export interface Keys {
  /** Who has this secret; null for nobody. Takes as long for a wrong one as for a right one. */
  actorOf(secret: string): Actor | null
  actorById(keyId: string): Actor | null
  list(): readonly ApiKey[]
  /** The secret is told here and never again. */
  create(name: string, kind: ApiKey['kind']): Promise<{ apiKey: ApiKey; secret: string }>
  /** False: there is none. Throws `forbidden` for one that the environment sets. */
  revoke(id: string): Promise<boolean>
}

export interface LoginCodes {
  create(): { code: string; expiresAt: string }
  /** True once per code. Throws `too_many_requests` after too many wrong ones. */
  redeem(code: string): boolean
}

export interface Tickets {
  create(path: string, keyId: string): { ticket: string; expiresAt: string }
  /** Null for one that is unknown, spent, or another path's. `release` says that the connection has closed. */
  use(ticket: string, path: string): { keyId: string; release: () => void } | null
  /** Tickets die with their key. */
  forgetKey(keyId: string): void
}

/** Hono's environment: Node's own request and response below, what the middlewares found above. */
export interface Env {
  Bindings: { incoming: IncomingMessage; outgoing: ServerResponse }
  Variables: { actor: Actor; idempotency: Idempotency | null }
}

export type { Actor, Command }
