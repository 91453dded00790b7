/**
 * A tab's side of the live connection: the same, whether a SharedWorker holds it or, where there is none, the tab
 * itself. It knows no sessions: whoever uses it watches them, again after each `onAttach`.
 */
import type { LiveMessage, LiveStatus } from './connection.ts'
import { heartbeatMs, workerAnswerMs } from './limits.ts'
import type { TabPort, ToTab, ToWorker } from './messages.ts'

export interface Live {
  watch(sessionId: string, after: number | 'snapshot'): void
  unwatch(sessionId: string): void
  /** The bootstrap's place in the feed: from here on the feed tells. */
  start(feedCursor: string): void
  setVisible(visible: boolean): void
  /** After sleep, loss of network, or coming to the front: finds out at once whether all is well. */
  wake(): void
  loggedIn(): void
  /** The page goes away, perhaps into the back/forward cache. */
  leave(): void
  /** Attaches anew, on a fresh port. */
  attach(): void
}

export interface LiveParts {
  readonly openPort: (onBroken: () => void) => TabPort
  readonly isVisible: () => boolean
  readonly onMessages: (messages: readonly LiveMessage[]) => void
  readonly onStatus: (status: LiveStatus) => void
  /** Nothing is watched now, and the feed may have missed something: watch again, ask for the bootstrap again. */
  readonly onAttach: () => void
  readonly signal: AbortSignal
}

export function createLive(parts: LiveParts): Live {
  let port: TabPort | null = null
  let waiting: ReturnType<typeof setTimeout> | undefined
  const post = (message: ToWorker) => port?.postMessage(message)

  const attach = () => {
    clearTimeout(waiting)
    waiting = undefined
    const before = port
    if (before) before.onmessage = null
    const own = parts.openPort(() => {
      if (port === own) attach()
    })
    port = own
    own.onmessage = ({ data }) => receive(data)
    post({ type: 'attach', visible: parts.isVisible() })
    before?.postMessage({ type: 'bye' })
    parts.onAttach()
  }

  const receive = (message: ToTab) => {
    clearTimeout(waiting)
    waiting = undefined
    if (message.type === 'messages') parts.onMessages(message.messages)
    else if (message.type === 'status') parts.onStatus(message.status)
    else if (message.type === 'forgotten') attach()
  }

  /** A worker that ended says nothing: it is asked, and taken for ended if it does not answer. */
  const beat = () => {
    if (!port) return
    post({ type: 'alive' })
    waiting ??= setTimeout(attach, workerAnswerMs)
  }

  const beating = setInterval(beat, heartbeatMs)
  parts.signal.addEventListener('abort', () => {
    clearInterval(beating)
    clearTimeout(waiting)
    post({ type: 'bye' })
    port = null
  })

  return {
    watch: (sessionId, after) => post({ type: 'watch', sessionId, after }),
    unwatch: (sessionId) => post({ type: 'unwatch', sessionId }),
    start: (feed) => post({ type: 'start', feed }),
    setVisible: (visible) => post({ type: 'visible', visible }),
    wake() {
      post({ type: 'wake' })
      beat()
    },
    loggedIn: () => post({ type: 'login' }),
    leave() {
      clearTimeout(waiting)
      waiting = undefined
      post({ type: 'bye' })
      port = null
    },
    attach,
  }
}
