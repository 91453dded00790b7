/** How many responses may be open: in all, and of one key. A place is kept for a moment between asking and using it. */
import { ProblemError } from '../../shared/problems.ts'
import { maxStreams, maxStreamsPerKey, reservationMs, retryAfterSeconds } from './limits.ts'

export interface AdmissionLimits {
  readonly maxStreams?: number
  readonly maxStreamsPerKey?: number
}

export interface Admission {
  /** Keeps a place for the key; throws `too_many_streams` where there is none. */
  reserve(keyId: string): void
  /** Takes the place that was kept for the key, or one beside. The answer gives it back. */
  take(keyId: string): () => void
}

export function createAdmission(limits: AdmissionLimits): Admission {
  const inAll = limits.maxStreams ?? maxStreams
  const perKey = limits.maxStreamsPerKey ?? maxStreamsPerKey
  const open: { keyId: string }[] = []
  let reserved: { keyId: string; until: number }[] = []

  return {
    reserve(keyId) {
      const now = performance.now()
      reserved = reserved.filter(({ until }) => until > now)
      const all = [...open, ...reserved]
      const own = all.filter((place) => place.keyId === keyId).length
      if (all.length >= inAll || own >= perKey) throw tooMany(own >= perKey ? perKey : inAll, own >= perKey)
      reserved.push({ keyId, until: now + reservationMs })
    },
    take(keyId) {
      const index = reserved.findIndex((place) => place.keyId === keyId)
      if (index >= 0) reserved.splice(index, 1)
      const place = { keyId }
      open.push(place)
      return () => {
        const at = open.indexOf(place)
        if (at >= 0) open.splice(at, 1)
      }
    },
  }
}

function tooMany(count: number, isOfKey: boolean): ProblemError {
  const whose = isOfKey ? 'This key has' : 'The server has'
  const detail = `${whose} ${count} live connections open, which is the most. Close one, or try again shortly.`
  return new ProblemError('too_many_streams', detail, { retryAfter: retryAfterSeconds })
}
