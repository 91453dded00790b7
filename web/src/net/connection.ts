/**
 * The one `POST /api/live` of a browser, kept alive. It knows no cursors: what to ask for after a break is asked of its
 * user each time, who has seen what came.
 *
 *   connecting ──hello──► live ──end, error, silence──► lost ──at once, then backed off──► live
 *        └──────────────── 401 ──► unauthorized: rests until `start()` ◄── 401 ──┘
 */
import type { ChangeLive, FeedEvent, LiveFrame, OpenLive } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import { createChanges } from './changes.ts'
import { firstBackoffMs, goodConnectionMs, longestBackoffMs, pingAnswerMs, silenceMs } from './limits.ts'
import { pause } from './pause.ts'
import { retryAfterMs } from './problem.ts'
import { readMessages } from './read.ts'

export type LiveMessage = SessionEvent | FeedEvent | LiveFrame
export type LiveStatus = 'connecting' | 'live' | 'lost' | 'unauthorized'

export interface Transport {
  open(body: OpenLive, signal: AbortSignal): Promise<Response>
  change(connectionId: string, change: ChangeLive, signal: AbortSignal): Promise<Response>
}

export interface ConnectionParts {
  readonly transport: Transport
  /** What to carry from now on, and after which cursors. */
  readonly wanted: () => OpenLive
  /** All that came in one read, in order. */
  readonly onMessages: (messages: readonly LiveMessage[]) => void
  readonly onStatus: (status: LiveStatus) => void
  /** What came is no message, or could not be taken: a fault, told once; the connection is made anew. */
  readonly onError: (error: unknown) => void
  /** From 0 to 1. */
  readonly random: () => number
}

export interface Connection {
  /** Connects, if it rests; else nothing. */
  start(): void
  /** Ends what is open and rests. */
  stop(): void
  /** Added to what is carried; while there is no connection `wanted` will tell. */
  change(change: ChangeLive): void
  /** The page woke up: is it still alive? If not, it connects now. */
  check(): void
}

/** How an attempt ended. */
interface End {
  readonly unauthorized: boolean
  readonly retryAfterMs: number
  readonly lastedMs: number
}

export function createConnection(parts: ConnectionParts): Connection {
  const { onStatus, random } = parts
  let resting: AbortController | null = null
  let attempt: Attempt | null = null
  let waiting: AbortController | null = null

  const run = async (signal: AbortSignal) => {
    onStatus('connecting')
    for (let failures = 0; !signal.aborted; ) {
      attempt = createAttempt(parts, signal)
      const end = await attempt.ended
      if (signal.aborted) return
      attempt = null
      if (end.unauthorized) {
        resting = null
        onStatus('unauthorized')
        return
      }
      onStatus('lost')
      failures = end.lastedMs >= goodConnectionMs ? 0 : failures + 1
      const delayMs = Math.max(end.retryAfterMs, backoffMs(failures, random()))
      if (delayMs === 0) continue
      waiting = new AbortController()
      await pause(delayMs, AbortSignal.any([signal, waiting.signal]))
    }
  }

  return {
    start() {
      if (resting) return
      resting = new AbortController()
      void run(resting.signal)
    },
    stop() {
      resting?.abort()
      resting = null
      attempt = null
    },
    change: (change) => attempt?.change(change),
    check() {
      attempt?.check()
      waiting?.abort()
    },
  }
}

/** None after a good connection, then doubling, each between half and the whole of its step. */
export function backoffMs(failures: number, random: number): number {
  if (failures === 0) return 0
  const step = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1))
  return step * (0.5 + random / 2)
}

interface Attempt {
  readonly ended: Promise<End>
  change(change: ChangeLive): void
  check(): void
}

function createAttempt(parts: ConnectionParts, outer: AbortSignal): Attempt {
  const own = new AbortController()
  const signal = AbortSignal.any([outer, own.signal])
  const abort = () => own.abort()
  const changes = createChanges(parts.transport, signal, abort)
  const silence = createTimer(abort, signal)
  const pinging = createTimer(abort, signal)
  const startedAt = Date.now()
  let liveAt: number | null = null

  const received = (messages: readonly LiveMessage[]) => {
    for (const message of messages) {
      if (message.type === 'ping') pinging.clear()
      if (message.type !== 'hello') continue
      liveAt = Date.now()
      changes.open(message.connectionId)
      parts.onStatus('live')
    }
    parts.onMessages(messages)
  }

  const attempt = async (): Promise<End> => {
    silence.set(silenceMs)
    const response = await openOf(parts, signal)
    try {
      if (response?.ok && response.body) await readMessages(response.body, () => silence.set(silenceMs), received)
    } catch (error) {
      parts.onError(error)
    }
    abort()
    return {
      unauthorized: response?.status === 401,
      retryAfterMs: (response && retryAfterMs(response)) ?? 0,
      lastedMs: liveAt === null ? 0 : Date.now() - liveAt,
    }
  }

  return {
    ended: attempt(),
    change: (change) => changes.add(change),
    check() {
      if (liveAt === null) {
        // An attempt from before the sleep may hang in a network that is gone.
        if (Date.now() - startedAt > pingAnswerMs) abort()
      } else if (!pinging.isSet()) {
        pinging.set(pingAnswerMs)
        changes.add({ ping: true })
      }
    },
  }
}

async function openOf({ transport, wanted }: ConnectionParts, signal: AbortSignal): Promise<Response | null> {
  try {
    return await transport.open(wanted(), signal)
  } catch {
    // Nobody there, or our own abort: the loop tries again, and the status says that it is lost.
    return null
  }
}

interface Timer {
  set(delayMs: number): void
  clear(): void
  isSet(): boolean
}

function createTimer(onTime: () => void, signal: AbortSignal): Timer {
  let timer: ReturnType<typeof setTimeout> | null = null
  const clear = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  signal.addEventListener('abort', clear)
  return {
    set(delayMs) {
      clear()
      if (!signal.aborted) timer = setTimeout(onTime, delayMs)
    },
    clear,
    isSet: () => timer !== null,
  }
}
