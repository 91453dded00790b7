/** What a person does to a message that waits its turn: other words, another place, out of it, or now. */
import type { Api } from '../net/api.ts'
import { ApiProblem } from '../net/problem.ts'
import { doingOf } from '../state/doings.ts'
import type { Drafting } from './drafting.ts'
import type { Outcome, Performer } from './perform.ts'

export interface Queueing {
  /** Fails with a code of `leftQueue` where the message waits no more: the words are then still the person's. */
  editQueued(sessionId: string, messageId: string, text: string): Promise<Outcome>
  /** `position` from 1. */
  moveQueued(sessionId: string, messageId: string, position: number): Promise<Outcome>
  takeOut(sessionId: string, messageId: string): Promise<Outcome>
  /** Before all others; what runs is stopped for it. */
  sendNow(sessionId: string, messageId: string): Promise<Outcome>
  /** Words that found no place in the queue, into the composer, behind what is typed there. */
  giveBack(sessionId: string, text: string): void
}

/** Why a message cannot be changed any more: it was sent, or taken out, or its chat is gone. */
export const leftQueue: readonly string[] = ['already_sent', 'not_found', 'gone']

export function createQueueing(api: Api, { perform, post }: Performer, drafting: Drafting): Queueing {
  const pathOf = (sessionId: string, messageId: string) => `/api/sessions/${sessionId}/queue/${messageId}`

  return {
    editQueued: (sessionId, messageId, text) =>
      perform(doingOf.queued(messageId), async () => {
        await api.request('PATCH', pathOf(sessionId, messageId), { body: { text } })
      }),
    // Without a name: who presses twice means two places.
    moveQueued: (sessionId, messageId, position) =>
      perform(null, async () => {
        await api.request('PATCH', pathOf(sessionId, messageId), { body: { position } })
      }),
    takeOut: (sessionId, messageId) =>
      perform(doingOf.queued(messageId), async () => {
        try {
          await api.request('DELETE', pathOf(sessionId, messageId))
        } catch (error) {
          // Taken out elsewhere in the meantime: what was wanted is so.
          if (!(error instanceof ApiProblem) || error.code !== 'not_found') throw error
        }
      }),
    sendNow: (sessionId, messageId) =>
      perform(doingOf.queued(messageId), async () => {
        await post(`${pathOf(sessionId, messageId)}/send-now`, {})
      }),
    giveBack: (sessionId, text) => drafting.giveBack(sessionId, text),
  }
}
