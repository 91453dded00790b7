/**
 * Keys: who may use this server. A secret is told once; only its SHA-256 is kept. One key may come from the environment
 * (`HEDDLE_KEY`): it is not stored and cannot be revoked here.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { nanoid } from 'nanoid'
import { idRandomLength } from '../shared/ids.ts'
import type { ApiKey } from '../shared/model.ts'
import { ProblemError } from '../shared/problems.ts'
import { keyTouchMs } from './limits.ts'
import type { Actor, House, Keys } from './routes/house.ts'
import type { Store, StoredKey } from './store/store.ts'

interface Options {
  readonly store: Store['keys']
  /** `HEDDLE_KEY`. */
  readonly environmentKey: string | null
  readonly now: () => number
  /** What else must die with a key: its streams, its tickets. */
  readonly onRevoked: (keyId: string) => void
  readonly report: House['report']
}

interface HeldKey {
  readonly apiKey: ApiKey
  readonly hash: Buffer
  readonly fixed: boolean
}

export async function createKeys({ store, environmentKey, now, onRevoked, report }: Options): Promise<Keys> {
  const held = new Map<string, HeldKey>()
  /** Revoked here, but perhaps not in the store yet: after a restart they would be good again. */
  const striking = new Set<string>()
  for (const stored of await store.list()) held.set(stored.id, heldOf(stored))
  if (environmentKey !== null) {
    const fixed = fixedKey(environmentKey, new Date(now()).toISOString())
    held.set(fixed.apiKey.id, fixed)
  }

  return {
    actorOf(secret) {
      const hash = hashOf(secret)
      let found: HeldKey | null = null
      // All of them, always: how long it takes says nothing of which one it was like.
      for (const key of held.values()) if (timingSafeEqual(key.hash, hash)) found = key
      if (!found) return null
      touch(found)
      return actorOf(found.apiKey)
    },
    actorById(keyId) {
      const found = held.get(keyId)
      return found ? actorOf(found.apiKey) : null
    },
    list: () => [...held.values()].map(({ apiKey }) => apiKey),
    async create(name, kind) {
      const secret = `heddle_${randomBytes(32).toString('base64url')}`
      const createdAt = new Date(now()).toISOString()
      const apiKey: ApiKey = { id: `key_${nanoid(idRandomLength)}`, name, kind, createdAt, lastUsedAt: null }
      const stored: StoredKey = { ...apiKey, hash: hashOf(secret).toString('hex') }
      await store.put(stored)
      held.set(apiKey.id, heldOf(stored))
      return { apiKey, secret }
    },
    async revoke(id) {
      const key = held.get(id)
      if (!key && !striking.has(id)) return false
      if (key?.fixed)
        throw new ProblemError('forbidden', 'This key is set by HEDDLE_KEY; unset it and start Heddle again.')
      held.delete(id)
      striking.add(id)
      onRevoked(id)
      await store.remove(id)
      striking.delete(id)
      return true
    },
  }

  function touch({ apiKey, hash, fixed }: HeldKey) {
    const at = now()
    if (apiKey.lastUsedAt !== null && at - Date.parse(apiKey.lastUsedAt) < keyTouchMs) return
    const lastUsedAt = new Date(at).toISOString()
    held.set(apiKey.id, { apiKey: { ...apiKey, lastUsedAt }, hash, fixed })
    if (!fixed) store.touch(apiKey.id, lastUsedAt).catch((error) => report(error, 'noting when a key was used'))
  }
}

function heldOf({ hash, ...apiKey }: StoredKey): HeldKey {
  return { apiKey, hash: Buffer.from(hash, 'hex'), fixed: false }
}

/** Its id derives from its secret, so that what was answered to it before a restart is still its own. */
function fixedKey(secret: string, createdAt: string): HeldKey {
  const hash = hashOf(secret)
  const id = `key_${createHash('sha256').update(hash).digest('base64url').slice(0, idRandomLength)}`
  return { apiKey: { id, name: 'HEDDLE_KEY', kind: 'program', createdAt, lastUsedAt: null }, hash, fixed: true }
}

function actorOf({ id, kind, name }: ApiKey): Actor {
  return { keyId: id, kind, name }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
