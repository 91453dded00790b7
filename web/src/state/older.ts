/** Turns before the snapshot's first one, fetched by line as the reader scrolls up. Lines never change, so they stay. */
import type { OlderMessages } from '../../../shared/api.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Message, Run } from '../../../shared/model.ts'
import type { SessionState } from '../../../shared/state.ts'
import type { Key } from './observe.ts'

export interface Older {
  readonly messages: readonly Message[]
  readonly runs: readonly Run[]
  /** Ask for what is before this line; null: there is nothing. */
  readonly beforeLine: number | null
}

export interface OlderPages {
  /** Without pages yet: what the state's own first line tells. */
  of(sessionId: string, state: SessionState): Older
  add(sessionId: string, page: OlderMessages): void
  /** Of the log's events only a rewind reaches back so far. */
  apply(event: SessionEvent): void
  drop(sessionId: string): void
}

export function createOlderPages(touch: (key: Key) => void): OlderPages {
  const pages = new Map<string, Older>()
  return {
    of: (sessionId, state) => pages.get(sessionId) ?? beforeFirst(state),
    add(sessionId, { messages, runs, nextBeforeLine }) {
      const later = pages.get(sessionId)
      pages.set(sessionId, {
        messages: [...messages, ...(later?.messages ?? [])],
        runs: [...runs, ...(later?.runs ?? [])],
        beforeLine: nextBeforeLine,
      })
      touch(`session:${sessionId}`)
    },
    apply(event) {
      const held = event.type === 'rewound' ? pages.get(event.sessionId) : undefined
      if (event.type !== 'rewound' || !held) return
      const messages = held.messages.filter((message) => message.line <= event.toLine)
      const kept = new Set(messages.map((message) => message.streamId))
      pages.set(event.sessionId, { ...held, messages, runs: held.runs.filter((run) => kept.has(run.id)) })
    },
    drop(sessionId) {
      pages.delete(sessionId)
    },
  }
}

const whole: Older = { messages: [], runs: [], beforeLine: null }

/** A first line after 1 means that there is, or was, something before it. */
function beforeFirst(state: SessionState): Older {
  const first = state.messages[0]?.line ?? state.live?.messages[0]?.line ?? 1
  return first > 1 ? { ...whole, beforeLine: first } : whole
}
