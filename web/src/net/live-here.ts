/** The multiplexer with a real connection: the worker's whole business, and a tab's own where there are no workers. */
import { createConnection } from './connection.ts'
import { createKeyStore } from './key-store.ts'
import { sweepMs } from './limits.ts'
import { createMultiplexer, type Multiplexer } from './multiplex.ts'
import { createTransport } from './transport.ts'

export function createMultiplexerHere(): Multiplexer {
  const transport = createTransport(createKeyStore(indexedDB), (...request) => fetch(...request))
  const multiplexer = createMultiplexer(
    (parts) => createConnection({ ...parts, transport, onError: reportError, random: Math.random }),
    Date.now,
  )
  setInterval(() => multiplexer.sweep(), sweepMs)
  return multiplexer
}
