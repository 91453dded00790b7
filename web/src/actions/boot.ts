/**
 * What the page begins with, and begins again with after the feed was lost: the key, the bootstrap, then the feed from
 * the bootstrap's place on.
 *
 *   asking ──no key──► none ──login──► held ──bootstrap──► live
 *                       ▲──── 401, at any time ────┘
 */
import type { Bootstrap } from '../../../shared/api.ts'
import type { Api } from '../net/api.ts'
import { ApiProblem } from '../net/problem.ts'
import type { State } from '../state/state.ts'
import { bootRetryMs } from './limits.ts'

export interface Boot {
  /** Asks for everything; once more if asked again meanwhile. Without a key it waits for a login. */
  run(): void
  /** The key does not count (any more). */
  unauthorized(): void
}

export interface BootParts {
  readonly state: Pick<State, 'shelf' | 'follow'>
  readonly api: Api
  /** All is there, for the first time or anew; the feed is to begin at the bootstrap's place. */
  readonly onLoaded: (feedCursor: string) => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

export function createBoot({ state, api, onLoaded, onError, signal }: BootParts): Boot {
  const { shelf, follow } = state
  let isRunning = false
  let again = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const load = async (): Promise<void> => {
    if (!(await api.hasKey())) return shelf.setKey('none')
    again = false // Whoever asked until here is answered by the request that goes out now.
    shelf.setKey('held')
    follow.expectBootstrap()
    const answer = await api.request<Bootstrap>('GET', '/api/bootstrap')
    follow.bootstrap(answer)
    onLoaded(answer.feedCursor)
  }

  const run = async () => {
    isRunning = true
    do {
      again = false
      try {
        await load()
      } catch (error) {
        follow.bootstrap(null)
        if (!(error instanceof ApiProblem)) onError(error)
        else if (error.code !== 'unauthorized') retry = setTimeout(start, bootRetryMs)
      }
    } while (again && !signal.aborted)
    isRunning = false
  }

  const start = () => {
    clearTimeout(retry)
    again = true
    if (!isRunning) void run()
  }
  signal.addEventListener('abort', () => clearTimeout(retry))

  return {
    run: start,
    unauthorized: () => shelf.setKey('none'),
  }
}
