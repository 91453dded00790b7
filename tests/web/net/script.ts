/** A scripted server for live connections: each `open` waits for the test to answer it, write to it and cut it. */
import type { ChangeLive, OpenLive } from '../../../shared/api.ts'
import type { LiveMessage, Transport } from '../../../web/src/net/connection.ts'

export class Script {
  readonly opened: Opened[] = []
  readonly changes: (ChangeLive & { connectionId: string })[] = []
  /** What a change is answered with; 404: the connection is over. */
  changeStatus = 204

  readonly transport: Transport = {
    open: (body, signal) => {
      const opened = new Opened(body, signal)
      this.opened.push(opened)
      return opened.response
    },
    change: async (connectionId, change) => {
      this.changes.push({ connectionId, ...change })
      return new Response(null, { status: this.changeStatus })
    },
  }

  get last(): Opened {
    const last = this.opened.at(-1)
    if (!last) throw new Error('nothing was opened')
    return last
  }
}

export class Opened {
  readonly body: OpenLive
  readonly signal: AbortSignal
  readonly response: Promise<Response>
  private settle: (answer: Response | Error) => void = () => undefined
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null
  private isOver = false

  constructor(body: OpenLive, signal: AbortSignal) {
    this.body = body
    this.signal = signal
    this.response = new Promise((resolve, reject) => {
      this.settle = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer))
    })
    signal.addEventListener('abort', () => {
      this.settle(new DOMException('aborted', 'AbortError'))
      this.cut()
    })
  }

  accept(): void {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller
      },
    })
    this.settle(new Response(stream, { status: 200 }))
  }

  refuse(status: number, headers: Record<string, string> = {}): void {
    this.settle(new Response(null, { status, headers }))
  }

  fail(): void {
    this.settle(new TypeError('fetch failed'))
  }

  write(bytes: Uint8Array | string): void {
    this.controller?.enqueue(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes)
  }

  send(...messages: LiveMessage[]): void {
    this.write(messages.map(frameOf).join(''))
  }

  hello(connectionId = 'c1'): void {
    this.accept()
    this.send({ type: 'hello', connectionId, version: '1' })
  }

  /** The network is gone. */
  cut(): void {
    if (this.isOver) return
    this.isOver = true
    this.controller?.error(new TypeError('network error'))
  }

  /** The server ended it. */
  close(): void {
    if (this.isOver) return
    this.isOver = true
    this.controller?.close()
  }
}

export function frameOf(message: LiveMessage): string {
  const id = 'seq' in message && 'streamId' in message ? `id: ${message.sessionId}/${message.seq}\n` : ''
  return `${id}event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`
}
