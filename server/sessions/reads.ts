/** What reads are answered from a durable cut. */
import type { OlderMessages, SessionAnswer } from '../../shared/api.ts'
import { sessionStreamId } from '../../shared/ids.ts'
import type { Message } from '../../shared/model.ts'
import { lastTurns, type Snapshot, snapshotTurns } from '../../shared/state.ts'
import type { Cut } from './ledger.ts'

export function answerOf({ state, session }: Cut): SessionAnswer {
  const recent = lastTurns(state)
  const isCut = recent.messages.length < state.messages.length
  return { ...recent, session, nextBeforeLine: isCut ? (recent.messages[0]?.line ?? null) : null }
}

export function snapshotOf({ state, session }: Cut): Snapshot {
  return { seq: state.seq, state: { ...lastTurns(state), session } }
}

/** The turns before a line, as many as a snapshot has. */
export function olderThan({ state }: Cut, beforeLine: number): OlderMessages {
  const before = state.messages.filter(({ line }) => line < beforeLine)
  const messages = before.slice(startOfTurns(before, snapshotTurns))
  const streams = new Set(messages.map(({ streamId }) => streamId))
  const hasMore = messages.length < before.length
  return {
    messages,
    runs: state.runs.filter(({ id }) => streams.has(id)),
    nextBeforeLine: hasMore ? (messages[0]?.line ?? null) : null,
  }
}

export function hasStreamIn({ state }: Cut, streamId: string): boolean {
  if (streamId === '*' || streamId === sessionStreamId || state.live?.run.id === streamId) return true
  return state.runs.some(({ id }) => id === streamId) || state.queue.items.some((item) => item.streamId === streamId)
}

function startOfTurns(messages: readonly Message[], turns: number): number {
  const seen = new Set<string>()
  for (let index = messages.length - 1; index >= 0; index--) {
    seen.add((messages[index] as Message).streamId)
    if (seen.size > turns) return index + 1
  }
  return 0
}
