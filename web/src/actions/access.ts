/** Who may come in: a link for another device, the keys that there are, and taking one back. Nothing of it is kept. */
import type { ApiKey } from '../../../shared/model.ts'
import type { Api } from '../net/api.ts'
import type { Outcome, Performer } from './perform.ts'

/** Opens once, until `expiresAt`. */
export interface LoginLink {
  readonly url: string
  readonly expiresAt: string
}

export interface Access {
  createLoginLink(): Promise<Outcome<LoginLink>>
  listKeys(): Promise<Outcome<readonly ApiKey[]>>
  /** What came in with it is out at once. */
  revokeKey(keyId: string): Promise<Outcome>
}

export function createAccess(api: Api, { perform }: Performer): Access {
  return {
    createLoginLink: () => perform(null, () => api.request<LoginLink>('POST', '/api/login-codes', { body: {} })),
    listKeys: () => perform(null, async () => (await api.request<{ items: ApiKey[] }>('GET', '/api/keys')).items),
    revokeKey: (keyId) =>
      perform(null, async () => {
        await api.request('DELETE', `/api/keys/${keyId}`)
      }),
  }
}
