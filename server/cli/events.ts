/** The events of a stream, in order, each once, across lost connections and restarts of the server. */
import { setTimeout as wait } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { SessionEvent } from '../../shared/events.ts'
import type { Snapshot } from '../../shared/state.ts'
import { type Client, problemOf } from './client.ts'
import { CliError } from './io.ts'

/** `cut`: the server could not go on at our place and says where things stand instead. */
export type Followed = { kind: 'event'; event: SessionEvent } | { kind: 'cut'; snapshot: Snapshot }

interface Options {
  readonly client: Client
  readonly sessionId: string
  readonly streamId: string
  /** The last `seq` that the reader has. */
  readonly after: number
  readonly signal: AbortSignal
  /** Says that the connection was lost, once per loss. */
  readonly onLost: () => void
}

const firstWaitMs = 200
const longestWaitMs = 5_000
/** A server that is away for longer is not just restarting. */
const patienceMs = 60_000

export async function* follow({
  client,
  sessionId,
  streamId,
  after,
  signal,
  onLost,
}: Options): AsyncGenerator<Followed> {
  const path = `/api/sessions/${sessionId}/streams/${streamId}/events`
  let seq = after
  let lostSince: number | null = null
  for (let delay = firstWaitMs; !signal.aborted; delay = Math.min(2 * delay, longestWaitMs)) {
    try {
      const response = await client.open(path, { 'Last-Event-ID': String(seq) }, signal)
      if (response.status === 204) return
      if (!response.ok) throw await problemOf(response)
      lostSince = null
      delay = firstWaitMs
      for await (const message of messagesOf(response)) {
        const followed = followedOf(message)
        if (!followed) continue
        seq = followed.kind === 'event' ? followed.event.seq : followed.snapshot.seq
        yield followed
        if (followed.kind === 'event' && followed.event.type === 'turn_ended' && streamId !== '*') return
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof CliError && error.problem !== null) throw error
    }
    if (lostSince === null) onLost()
    lostSince ??= Date.now()
    if (Date.now() - lostSince > patienceMs)
      throw new CliError('The server is away. The run may go on; look with `heddle ls`.')
    await pause(delay, signal)
  }
}

async function pause(ms: number, signal: AbortSignal) {
  try {
    await wait(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function* messagesOf(response: Response): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => ready.push(message) })
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    yield* ready.splice(0)
  }
}

function followedOf({ event, data }: EventSourceMessage): Followed | null {
  if (event === 'snapshot' || event === 'reset') return { kind: 'cut', snapshot: JSON.parse(data) as Snapshot }
  const parsed = JSON.parse(data) as Partial<SessionEvent>
  return typeof parsed.seq === 'number' ? { kind: 'event', event: parsed as SessionEvent } : null
}
