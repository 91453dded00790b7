/** What a tab and the worker that holds the connection say to each other. */
import type { LiveMessage, LiveStatus } from './connection.ts'

export type ToWorker =
  /** I am here (again): whatever I watched before is forgotten. */
  | { type: 'attach'; visible: boolean }
  /** My bootstrap was cut at this place of the feed. */
  | { type: 'start'; feed: string }
  | { type: 'watch'; sessionId: string; after: number | 'snapshot' }
  | { type: 'unwatch'; sessionId: string }
  | { type: 'visible'; visible: boolean }
  /** I woke up, or the network came back: is the connection still alive? */
  | { type: 'wake' }
  /** I am still here; answered by `alive`. */
  | { type: 'alive' }
  /** There is a new key. */
  | { type: 'login' }
  | { type: 'bye' }

export type ToTab =
  /** All that is this tab's of one read, in order. */
  | { type: 'messages'; messages: readonly LiveMessage[] }
  /** `unauthorized`: a login is needed. */
  | { type: 'status'; status: LiveStatus }
  | { type: 'alive' }
  /** You were forgotten for your silence, and have missed something: attach again. */
  | { type: 'forgotten' }

/** The part of a MessagePort that is used; tests give their own. */
export interface Port<Out, In> {
  postMessage(message: Out): void
  onmessage: ((event: { data: In }) => void) | null
}
export type WorkerPort = Port<ToTab, ToWorker>
export type TabPort = Port<ToWorker, ToTab>

/** A MessagePort carries anything; ours carry these. */
export function portOf<Out, In>(port: MessagePort): Port<Out, In> {
  const own: Port<Out, In> = { postMessage: (message) => port.postMessage(message), onmessage: null }
  port.onmessage = ({ data }: MessageEvent<In>) => own.onmessage?.({ data })
  return own
}
