/** The live connection's two requests, with the key as it is stored now. */
import type { Transport } from './connection.ts'
import type { KeyStore } from './key-store.ts'

export function createTransport(keys: KeyStore, fetchNow: typeof fetch): Transport {
  const post = async (path: string, body: unknown, signal: AbortSignal) => {
    const headers = { authorization: `Bearer ${(await keys.read()) ?? ''}`, 'content-type': 'application/json' }
    return fetchNow(path, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store', signal })
  }
  return {
    open: (body, signal) => post('/api/live', body, signal),
    change: (connectionId, change, signal) => post(`/api/live/${connectionId}`, change, signal),
  }
}
