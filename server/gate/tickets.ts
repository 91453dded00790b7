/**
 * Tickets: for programs that cannot set headers (`EventSource`, a download link). One is bound to its path and its key,
 * must first be used within a minute, then is good for reconnecting until ten minutes after its last connection closed.
 */
import { createHash } from 'node:crypto'
import { nanoid } from 'nanoid'
import { idRandomLength } from '../../shared/ids.ts'
import { ProblemError } from '../../shared/problems.ts'
import { maxTicketsPerKey, ticketFirstUseMs, ticketIdleMs } from '../limits.ts'
import type { Tickets } from '../routes/house.ts'

interface Ticket {
  readonly path: string
  readonly keyId: string
  /** Connections that it holds open now; it does not expire meanwhile. */
  open: number
  expiresAt: number
}

export function createTickets(now: () => number): Tickets {
  /** By hash: a look-up by hash tells a guesser nothing. */
  const tickets = new Map<string, Ticket>()

  return {
    create(path, keyId) {
      forgetExpired()
      const held = [...tickets.values()].filter((ticket) => ticket.keyId === keyId).length
      if (held >= maxTicketsPerKey)
        throw new ProblemError('too_many_requests', 'This key has too many tickets at once; let some expire.', {
          retryAfter: ticketFirstUseMs / 1000,
        })
      const ticket = nanoid(idRandomLength)
      const expiresAt = now() + ticketFirstUseMs
      tickets.set(hashOf(ticket), { path, keyId, open: 0, expiresAt })
      return { ticket, expiresAt: new Date(expiresAt).toISOString() }
    },
    use(value, path) {
      const ticket = tickets.get(hashOf(value))
      if (!ticket || ticket.path !== path || isExpired(ticket)) return null
      ticket.open++
      let released = false
      return {
        keyId: ticket.keyId,
        release() {
          if (released) return
          released = true
          ticket.open--
          ticket.expiresAt = now() + ticketIdleMs
        },
      }
    },
    forgetKey(keyId) {
      for (const [hash, ticket] of tickets) if (ticket.keyId === keyId) tickets.delete(hash)
    },
  }

  function isExpired({ open, expiresAt }: Ticket) {
    return open === 0 && expiresAt <= now()
  }

  function forgetExpired() {
    for (const [hash, ticket] of tickets) if (isExpired(ticket)) tickets.delete(hash)
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex')
}
