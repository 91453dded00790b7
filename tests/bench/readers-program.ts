/** The other side of the benches, a process of its own: opens streams, counts bytes, and tells latencies when asked. */
import { connect, type Socket } from 'node:net'

export type Ask =
  | { kind: 'open'; port: number; path: string; count: number; measure: boolean }
  | { kind: 'count' }
  | { kind: 'latencies' }
  | { kind: 'close' }
export interface Told {
  bytes: number
  open: number
  latencies?: number[]
}

let sockets: Socket[] = []
let bytes = 0
let latencies: number[] = []

process.on('disconnect', () => process.exit(0))
process.on('message', (ask: Ask) => {
  if (ask.kind === 'open') return void open(ask)
  if (ask.kind === 'close') {
    for (const socket of sockets) socket.destroy()
    sockets = []
    bytes = 0
  }
  tell(ask.kind === 'latencies' ? { latencies } : {})
  if (ask.kind === 'latencies') latencies = []
})

async function open({ port, path, count, measure }: Extract<Ask, { kind: 'open' }>): Promise<void> {
  for (let opened = 0; opened < count; opened++) {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.write(`GET ${path.replace('{}', String(opened))} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve())
      socket.on('data', (data) => {
        bytes += data.length
        if (measure) note(data)
      })
    })
  }
  tell({})
}

/** Events of the bench carry the time at which they were published, by the clock that all processes share. */
function note(data: Buffer): void {
  const now = process.hrtime.bigint()
  for (const [, sent] of data.toString('latin1').matchAll(/"text":"@(\d+)"/g))
    latencies.push(Number(now - BigInt(sent ?? 0)) / 1e6)
}

function tell(more: Partial<Told>): void {
  process.send?.({ bytes, open: sockets.length, ...more } satisfies Told)
}
