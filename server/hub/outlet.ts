/**
 * One response that is written by the hub: its head, and then shared chunks straight to the socket. What
 * `ServerResponse.write` does for each reader (framing, copying, callbacks) has then been done once for all.
 */
import { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { endingMs, unsentBytes } from './limits.ts'
import type { Chunk } from './sse.ts'

export class Outlet {
  readonly keyId: string
  /** Resolves when the response is over, whoever ended it. */
  readonly over: Promise<void>
  isOver = false
  /** Called when a reader that was behind has taken all that was sent. */
  onRoom: () => void = () => undefined
  readonly #outgoing: ServerResponse
  /** Null: this response is not framed as HTTP/1.1 chunks, and is written as any other. */
  readonly #socket: Writable | null
  #kept: Chunk[] = []
  #keptBytes = 0

  constructor(outgoing: ServerResponse, keyId: string, headers: Readonly<Record<string, string>>) {
    this.keyId = keyId
    this.#outgoing = outgoing
    outgoing.writeHead(200, headers)
    outgoing.flushHeaders()
    this.#socket = socketOf(outgoing)
    const room = () => this.onRoom()
    const writable = this.#socket ?? outgoing
    writable.on('drain', room)
    this.over = new Promise((resolve) => {
      const close = () => {
        if (this.isOver) return
        this.isOver = true
        // The connection may live on and carry other responses.
        writable.off('drain', room)
        resolve()
      }
      outgoing.once('close', close)
      if (outgoing.destroyed || outgoing.closed) close()
    })
  }

  get unsent(): number {
    return (this.#socket ?? this.#outgoing).writableLength + this.#keptBytes
  }

  /** Bytes that may be sent; a frame that is larger goes when there is any room. None: `onRoom` will tell. */
  get room(): number {
    return this.isOver ? 0 : Math.max(0, unsentBytes - this.unsent)
  }

  get hasRoom(): boolean {
    return this.room > 0
  }

  send(chunk: Chunk): void {
    if (this.isOver || this.#outgoing.writableEnded) return
    if (this.#socket) this.#socket.write(chunk.framed)
    else this.#outgoing.write(chunk.body)
  }

  /** Keeps the chunk for `sendKept`. True: it is the first one kept. */
  keep(chunk: Chunk): boolean {
    this.#keptBytes += chunk.body.length
    return this.#kept.push(chunk) === 1
  }

  /** What was kept, as one write. */
  sendKept(): void {
    const chunks = this.#kept
    this.#kept = []
    this.#keptBytes = 0
    const writable = this.#socket ?? this.#outgoing
    if (chunks.length > 1) writable.cork()
    for (const chunk of chunks) this.send(chunk)
    if (chunks.length > 1) writable.uncork()
  }

  end(): void {
    if (this.isOver || this.#outgoing.writableEnded) return
    this.#outgoing.end()
    // A reader that does not read would keep it open for ever.
    setTimeout(() => this.#outgoing.destroy(), endingMs).unref()
  }
}

/** HTTP/2, HTTP/1.0 and pipelined requests that wait for their turn have no socket to write chunks to. */
function socketOf(outgoing: ServerResponse): Writable | null {
  return outgoing instanceof ServerResponse && outgoing.chunkedEncoding ? outgoing.socket : null
}
