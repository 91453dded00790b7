/** How a tab gets its port: from the SharedWorker, else from a multiplexer of its own, loaded only then. */
import { portOf, type TabPort, type ToTab, type ToWorker, type WorkerPort } from './messages.ts'

export type OpenPort = (onBroken: () => void) => TabPort

/** `workerUrl`: the one script that the page's policy lets become a worker. */
export function createPortOpener(workerUrl: string, onError: (error: unknown) => void): OpenPort {
  const openOwn = ownPorts(onError)
  if (!('SharedWorker' in globalThis)) return openOwn
  const url = trustedUrl(workerUrl)
  let isBroken = false

  return (onBroken) => {
    if (isBroken) return openOwn()
    try {
      // The policy made it; the DOM library's constructor does not know that type yet.
      const worker = new SharedWorker(url as string, { name: 'heddle-live' })
      worker.onerror = () => {
        // Its script could not be loaded or run: this tab goes on by itself.
        isBroken = true
        onBroken()
      }
      return portOf<ToWorker, ToTab>(worker.port)
    } catch (error) {
      // A browser that is told to refuse workers: likewise.
      onError(error)
      isBroken = true
      return openOwn()
    }
  }
}

function ownPorts(onError: (error: unknown) => void): () => TabPort {
  let multiplexer: Promise<{ attach(port: WorkerPort): void }> | null = null
  return () => {
    multiplexer ??= import('./live-here.ts').then((here) => here.createMultiplexerHere())
    const { port1, port2 } = new MessageChannel()
    multiplexer.then((own) => own.attach(portOf<ToTab, ToWorker>(port2))).catch(onError)
    return portOf<ToWorker, ToTab>(port1)
  }
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown }
}

/** Our own policy lets through this one URL; browsers without Trusted Types take the URL as it is. */
function trustedUrl(workerUrl: string): unknown {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  if (!trustedTypes) return workerUrl
  const policy = trustedTypes.createPolicy('heddle', {
    createScriptURL(url) {
      if (url !== workerUrl) throw new TypeError('Only the live worker may become a script.')
      return url
    },
  })
  return policy.createScriptURL(workerUrl)
}
