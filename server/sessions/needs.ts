/** What sessions are given. They know nothing of HTTP; rows reach the feed through the log's commits. */
import type { IdPrefix } from '../../shared/ids.ts'
import type { Log } from '../log/log.ts'
import type { Runtimes } from '../runtimes/runtime.ts'
import type { Store } from '../store/store.ts'

export interface Needs {
  readonly log: Log
  readonly store: Store
  readonly runtimes: Runtimes
  /** Milliseconds since 1970, as `Date.now`. */
  readonly clock: () => number
  readonly newId: (prefix: IdPrefix) => string
  /** Absolute; a session without a folder of its own works in `<scratchDir>/<sessionId>`. */
  readonly scratchDir: string
  readonly logger: Logger
  /** A session was removed, durably: its streams end, its row goes. */
  readonly onRemoved: (sessionId: string) => void
  /** A queued message was taken back, durably: its stream will never begin. */
  readonly onTakenBack: (sessionId: string, streamId: string) => void
}

/** As pino has it. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Now, as events have it. */
export function now({ clock }: Pick<Needs, 'clock'>): string {
  return new Date(clock()).toISOString()
}
