/**
 * The page's key, in IndexedDB: bound to this origin and port, out of every cookie, and readable by the worker, which
 * has no other storage.
 */
const databaseName = 'heddle'
const storeName = 'keys'
const entry = 'key'

export interface KeyStore {
  read(): Promise<string | null>
  write(key: string): Promise<void>
  remove(): Promise<void>
}

export function createKeyStore(factory: IDBFactory): KeyStore {
  return {
    async read() {
      const value: unknown = await inStore(factory, 'readonly', (store) => store.get(entry))
      return typeof value === 'string' ? value : null
    },
    async write(key) {
      await inStore(factory, 'readwrite', (store) => store.put(key, entry))
    },
    async remove() {
      await inStore(factory, 'readwrite', (store) => store.delete(entry))
    },
  }
}

/** Opened for each use: an open database would keep the page out of the back/forward cache. */
async function inStore<Value>(
  factory: IDBFactory,
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  const opening = factory.open(databaseName, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
  const database = await answerOf(opening)
  try {
    const transaction = database.transaction(storeName, mode)
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const [value] = await Promise.all([answerOf(use(transaction.objectStore(storeName))), committed])
    return value
  } finally {
    database.close()
  }
}

function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
