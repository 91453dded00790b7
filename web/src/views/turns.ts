/** A session's messages as turns: a prompt and all that follows. A turn that did not change is the same object. */
import { sessionStreamId } from '../../../shared/ids.ts'
import type { Message, Run } from '../../../shared/model.ts'
import type { LiveRun } from '../../../shared/state.ts'

export interface Turn {
  /** The stream's id; for what no run owns, the message's. Never changes, so a live turn settles in place. */
  readonly key: string
  readonly messages: readonly Message[]
  /** Null for a prompt whose turn has not started, and for what no run owns. */
  readonly run: Run | null
  /** Set while it runs. */
  readonly live: LiveRun | null
}

export interface TurnSource {
  readonly messages: readonly Message[]
  readonly runs: readonly Run[]
  readonly live: LiveRun | null
}

/** Remembers what it made last, so that a token in the live turn costs nothing for the thousand before it. */
export function createTurns(): (source: TurnSource) => readonly Turn[] {
  let settled: { messages: readonly Message[]; runs: readonly Run[]; turns: readonly Turn[] } | null = null
  let last: { source: TurnSource; turns: readonly Turn[] } | null = null
  return (source) => {
    const { messages, runs, live } = source
    if (!settled || settled.messages !== messages || settled.runs !== runs)
      settled = { messages, runs, turns: settledTurns(messages, runs, settled?.turns ?? []) }
    if (last && last.source.live === live && last.source.messages === messages && last.source.runs === runs)
      return last.turns
    last = { source, turns: live ? withLive(settled.turns, live) : settled.turns }
    return last.turns
  }
}

function settledTurns(messages: readonly Message[], runs: readonly Run[], before: readonly Turn[]): readonly Turn[] {
  const runOf = new Map(runs.map((run) => [run.id, run]))
  const known = new Map(before.map((turn) => [turn.key, turn]))
  const grouped = new Map<string, Message[]>()
  for (const message of messages) {
    const key = message.streamId === sessionStreamId ? message.id : message.streamId
    const group = grouped.get(key)
    if (group) group.push(message)
    else grouped.set(key, [message])
  }
  return [...grouped].map(([key, group]) => {
    const turn: Turn = { key, messages: group, run: runOf.get(key) ?? null, live: null }
    const old = known.get(key)
    return old && isSame(old, turn) ? old : turn
  })
}

function isSame(a: Turn, b: Turn): boolean {
  if (a.run !== b.run || a.live !== b.live || a.messages.length !== b.messages.length) return false
  return a.messages.every((message, index) => message === b.messages[index])
}

function withLive(settled: readonly Turn[], live: LiveRun): readonly Turn[] {
  const at = settled.findLastIndex((turn) => turn.key === live.run.id)
  const prompts = settled[at]?.messages ?? []
  const turn: Turn = { key: live.run.id, messages: [...prompts, ...live.messages], run: live.run, live }
  return at < 0 ? [...settled, turn] : settled.with(at, turn)
}
