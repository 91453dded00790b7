/** Reads an event stream to its end, handing on all messages of one read together. */
import { createParser } from 'eventsource-parser'
import type { LiveMessage } from './connection.ts'

/**
 * Resolves at the end, however it came: a cut is as good an end as any here. Rejects only when what came is no
 * message, or `onMessages` throws.
 */
export async function readMessages(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
  onMessages: (messages: readonly LiveMessage[]) => void,
): Promise<void> {
  let messages: LiveMessage[] = []
  const parser = createParser({ onEvent: ({ data }) => messages.push(JSON.parse(data) as LiveMessage) })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const chunk = await nextChunk(reader)
    if (!chunk) return
    onBytes()
    parser.feed(decoder.decode(chunk, { stream: true }))
    if (messages.length === 0) continue
    const received = messages
    messages = []
    onMessages(received)
  }
}

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | null> {
  try {
    const { value } = await reader.read()
    return value ?? null
  } catch {
    // The network, the server or our own abort ended it: to the reader these are one thing.
    return null
  }
}
