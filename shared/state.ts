/**
 * The reduced state of one session: what its log says, folded. The server derives rows, messages and snapshots from
 * it, each tab its transcript. It is plain JSON, and shared structurally between steps: `prev === next` means unchanged.
 */
import type { Message, Permission, Question, Queue, Run, RuntimeInfo, Session } from './model.ts'

export interface LiveRun {
  readonly run: Run
  /** The prompt's message. */
  readonly messageId: string
  readonly cancelRequestedBy: string | null
  /** What has been said in this turn after its prompt, in line order. */
  readonly messages: readonly Message[]
}

export type Pending = Permission | Question

export interface SessionState {
  /** The last event folded in. */
  readonly seq: number
  readonly lastLine: number
  /** Prompts, and the answers of ended turns, in line order. */
  readonly messages: readonly Message[]
  /** Ended turns, oldest first. */
  readonly runs: readonly Run[]
  readonly queue: Queue
  readonly live: LiveRun | null
  /** Unresolved permissions and questions, oldest first. */
  readonly pending: readonly Pending[]
  readonly runtime: RuntimeInfo
}

/** What a `snapshot` event and `GET /api/sessions/:id` carry, cut at `seq`. */
export interface Snapshot {
  readonly seq: number
  readonly state: SessionState & { readonly session: Session }
}

export const initialState: SessionState = {
  seq: 0,
  lastLine: 0,
  messages: [],
  runs: [],
  queue: { items: [], held: null },
  live: null,
  pending: [],
  runtime: { runtimeSessionId: null, modeId: null, modes: [], options: [], commands: [], usage: {} },
}

/** Turns in a snapshot; older ones are asked for by line. */
export const snapshotTurns = 50

export function isPermission(pending: Pending): pending is Permission {
  return 'digest' in pending
}

/** The state with the newest `turns` ended turns, and what is live. Messages are cut at a prompt. */
export function lastTurns(state: SessionState, turns = snapshotTurns): SessionState {
  if (state.runs.length <= turns) return state
  const runs = state.runs.slice(-turns)
  const first = runs[0]?.id
  const from = state.messages.findIndex((message) => message.streamId === first)
  return { ...state, runs, messages: from < 0 ? state.messages : state.messages.slice(from) }
}
