/**
 * A subscriber that never gives up: it holds one stream of a session open by one of the ways of the contract, comes
 * back with its own cursor whenever it is cut, and tells the checker every frame that it is given.
 */
import type { EventSourceMessage } from 'eventsource-parser'
import { seqOfEventId } from '../../shared/ids.ts'
import type { Checker } from './checker.ts'
import { createClient } from './client.ts'

export type Way = 'after' | 'lastEventId' | 'snapshot' | 'live'
export const ways: readonly Way[] = ['after', 'lastEventId', 'snapshot', 'live']

export interface WatcherOptions {
  name: string
  sessionId: string
  way: Way
  checker: Checker
  /** Where the server is now: it changes with a restart. */
  address: () => { url: string; key: string }
  signal: AbortSignal
}

/** Between two attempts to reach a server that is not there. */
const retryMs = 25

/** Resolves when `signal` aborts. A response that is no stream is a fault. */
export async function watch(options: WatcherOptions): Promise<void> {
  while (!options.signal.aborted) {
    try {
      await readOnce(options)
    } catch (error) {
      if (options.signal.aborted) return
      if (!isCut(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

async function readOnce({ name, sessionId, way, checker, address, signal }: WatcherOptions): Promise<void> {
  const { url, key } = address()
  const client = createClient(url, key)
  const cursor = checker.cursor(name, sessionId)
  const path = `/api/sessions/${sessionId}/streams/*/events`
  const frames =
    way === 'live'
      ? client.frames('/api/live', { method: 'POST', body: { sessions: [{ id: sessionId, after: cursor }] }, signal })
      : way === 'lastEventId'
        ? client.frames(path, { headers: cursor ? { 'last-event-id': `${sessionId}/${cursor}` } : {}, signal })
        : client.frames(`${path}?after=${way === 'snapshot' && cursor === 0 ? 'snapshot' : cursor}`, { signal })
  for await (const frame of frames) take(frame, name, sessionId, checker)
}

function take(frame: EventSourceMessage, name: string, sessionId: string, checker: Checker): void {
  if (frame.event === 'snapshot' || frame.event === 'reset') {
    const { seq } = JSON.parse(frame.data) as { seq: number }
    checker.jumped(name, sessionId, seq)
    return
  }
  const seq = frame.id === undefined ? null : seqOfEventId(sessionId, frame.id)
  if (seq !== null) checker.saw(name, sessionId, seq, frame.data)
}

function isCut(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    (error instanceof Error && /terminated|fetch failed|ECONN|socket/i.test(error.message))
  )
}
