/**
 * Changes of what a live connection carries: one request at a time, so that they arrive in order; what is asked for
 * meanwhile is merged into the next. One that fails is not repaired but told: a new connection asks for everything anew.
 */
import type { ChangeLive } from '../../../shared/api.ts'
import type { Transport } from './connection.ts'
import { changeTimeoutMs } from './limits.ts'

export interface Changes {
  /** The connection has its id now; before, changes wait. */
  open(connectionId: string): void
  add(change: ChangeLive): void
}

export function createChanges(transport: Transport, signal: AbortSignal, onLost: () => void): Changes {
  let connectionId: string | null = null
  let waiting: ChangeLive | null = null
  let isSending = false

  const send = async () => {
    if (isSending || connectionId === null) return
    isSending = true
    while (waiting && !signal.aborted) {
      const change = waiting
      waiting = null
      if (!(await wasTaken(transport, connectionId, change, signal))) onLost()
    }
    isSending = false
  }

  return {
    open(id) {
      connectionId = id
      void send()
    },
    add(change) {
      waiting = merge(waiting ?? {}, change)
      // All that is asked for in one go is one request.
      queueMicrotask(send)
    },
  }
}

async function wasTaken(
  transport: Transport,
  connectionId: string,
  change: ChangeLive,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const response = await transport.change(
      connectionId,
      change,
      AbortSignal.any([signal, AbortSignal.timeout(changeTimeoutMs)]),
    )
    return response.ok
  } catch {
    // Cut off, timed out, or the connection has ended: the next connection asks for everything anew.
    return false
  }
}

/** The newest word on a session counts; `remove` comes before `add` at the server as here. */
export function merge(older: ChangeLive, newer: ChangeLive): ChangeLive {
  const added = new Map((older.add ?? []).map((watched) => [watched.id, watched]))
  const removed = new Set(older.remove)
  for (const id of newer.remove ?? []) {
    added.delete(id)
    removed.add(id)
  }
  for (const watched of newer.add ?? []) {
    removed.delete(watched.id)
    added.set(watched.id, watched)
  }
  const visible = newer.visible ?? older.visible
  return {
    ...(added.size > 0 ? { add: [...added.values()] } : {}),
    ...(removed.size > 0 ? { remove: [...removed] } : {}),
    ...(visible !== undefined ? { visible } : {}),
    ...(older.ping || newer.ping ? { ping: true } : {}),
  }
}
