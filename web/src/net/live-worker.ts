/** The SharedWorker: one live connection for all tabs of this browser. It ends by itself with the last of them. */
import { createMultiplexerHere } from './live-here.ts'
import { portOf, type ToTab, type ToWorker } from './messages.ts'

const multiplexer = createMultiplexerHere()

// The page's DOM library does not know the worker's own event; this is all of it that is used.
const scope = self as unknown as { onconnect: (event: { ports: readonly MessagePort[] }) => void }
scope.onconnect = ({ ports: [port] }) => {
  if (port) multiplexer.attach(portOf<ToTab, ToWorker>(port))
}
