/**
 * Frames of `text/event-stream`, and the bytes that go to sockets. A frame is made once per event; a chunk is what one
 * tick has for one kind of reader, already in the framing of HTTP/1.1, so that all of them share one buffer.
 */
import type { FeedEvent, LiveFrame } from '../../shared/api.ts'
import { eventId } from '../../shared/ids.ts'
import type { LogEntry } from '../log/log.ts'

export const eventStreamHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
}

export interface Chunk {
  /** With the length before and the line end after it, as `Transfer-Encoding: chunked` wants it. */
  readonly framed: Buffer
  /** The same bytes without. */
  readonly body: Buffer
}

/** `id` and `event` are our own words, `data` is one line of JSON: nothing in an event can begin another one. */
export function eventFrame({ sessionId, seq, type, data }: LogEntry): string {
  return `id: ${eventId(sessionId, seq)}\nevent: ${type}\ndata: ${data}\n\n`
}

/** A frame that carries no event of a log, and therefore no id. */
export function noteFrame(note: LiveFrame | FeedEvent): string {
  return `event: ${note.type}\ndata: ${JSON.stringify(note)}\n\n`
}

export function chunkOfText(text: string): Chunk {
  const length = Buffer.byteLength(text)
  return chunkOf(length, (buffer, start) => buffer.write(text, start))
}

export function chunkOfFrames(frames: readonly { readonly bytes: Buffer }[]): Chunk {
  const length = frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
  return chunkOf(length, (buffer, start) => {
    let end = start
    for (const { bytes } of frames) end += bytes.copy(buffer, end)
  })
}

export const pingComment = chunkOfText(': ping\n\n')

function chunkOf(length: number, fill: (buffer: Buffer, start: number) => void): Chunk {
  const before = `${length.toString(16)}\r\n`
  const framed = Buffer.allocUnsafe(before.length + length + 2)
  framed.write(before, 'latin1')
  fill(framed, before.length)
  framed.write('\r\n', before.length + length, 'latin1')
  return { framed, body: framed.subarray(before.length, before.length + length) }
}
