/** Login codes: each works once, for ten minutes. They live in memory, as hashes; a restart makes a new one. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { nanoid } from 'nanoid'
import { idRandomLength } from '../../shared/ids.ts'
import { ProblemError } from '../../shared/problems.ts'
import { failedLoginWindowMs, loginCodeLifeMs, maxFailedLogins, maxLoginCodes } from '../limits.ts'
import type { LoginCodes } from '../routes/house.ts'

interface Code {
  readonly hash: Buffer
  readonly expiresAt: number
}

export function createLoginCodes(now: () => number): LoginCodes {
  let codes: Code[] = []
  let failures: number[] = []

  return {
    create() {
      const code = nanoid(idRandomLength)
      const expiresAt = now() + loginCodeLifeMs
      codes = [...codes, { hash: hashOf(code), expiresAt }].slice(-maxLoginCodes)
      return { code, expiresAt: new Date(expiresAt).toISOString() }
    },
    redeem(code) {
      failures = failures.filter((at) => at > now() - failedLoginWindowMs)
      if (failures.length >= maxFailedLogins) throw tooMany((failures[0] as number) + failedLoginWindowMs - now())
      const hash = hashOf(code)
      codes = codes.filter((candidate) => candidate.expiresAt > now())
      let found: Code | null = null
      for (const candidate of codes) if (timingSafeEqual(candidate.hash, hash)) found = candidate
      if (!found) {
        failures.push(now())
        return false
      }
      codes = codes.filter((candidate) => candidate !== found)
      return true
    },
  }
}

function tooMany(waitMs: number): ProblemError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000))
  return new ProblemError('too_many_requests', `Too many wrong codes; try again in ${retryAfter} seconds.`, {
    retryAfter,
  })
}

function hashOf(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}
