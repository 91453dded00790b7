/** A program that speaks the wire contract and nothing else: what tests use to talk to a running Heddle. */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { SessionEvent } from '../../shared/events.ts'

export interface Answer<T = unknown> {
  status: number
  body: T
  headers: Headers
}

export interface Client {
  request<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: HeadersInit,
  ): Promise<Answer<T>>
  /** As `request`, but anything else than 2xx throws with the problem's words. */
  ok<T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<T>
  /** The frames of one SSE response, as they come; ends with the response or on abort. */
  frames(path: string, options?: FrameOptions): AsyncGenerator<EventSourceMessage>
}

export interface FrameOptions {
  method?: 'GET' | 'POST'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Called with the status before the first frame. */
  onStatus?: (status: number) => void
}

export function createClient(url: string, key: string): Client {
  const authorization = { authorization: `Bearer ${key}` }
  const request: Client['request'] = async <T>(method: string, path: string, body?: unknown, headers?: HeadersInit) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T, headers: response.headers }
  }
  return {
    request,
    async ok<T>(method: string, path: string, body?: unknown, headers?: HeadersInit) {
      const answer = await request<T>(method, path, body, headers)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    async *frames(path, options = {}) {
      const { method = 'GET', body, signal, onStatus } = options
      const response = await fetch(new URL(path, url), {
        method,
        headers: { ...authorization, ...(body ? { 'content-type': 'application/json' } : {}), ...options.headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...(signal ? { signal } : {}),
      })
      onStatus?.(response.status)
      if (response.status === 204) return
      if (!response.ok || !response.body) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      yield* parseFrames(response.body)
    },
  }
}

export async function* parseFrames(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => ready.push(event) })
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* ready.splice(0)
  }
}

export const eventOf = (frame: EventSourceMessage) => JSON.parse(frame.data) as SessionEvent

/** Reads frames until `done` says so; rejects when the stream ends before. */
export async function readUntil(
  frames: AsyncGenerator<EventSourceMessage>,
  done: (frame: EventSourceMessage) => boolean,
): Promise<EventSourceMessage[]> {
  const seen: EventSourceMessage[] = []
  for await (const frame of frames) {
    seen.push(frame)
    if (done(frame)) return seen
  }
  throw new Error(`The stream ended after ${seen.length} frames before what was waited for`)
}
