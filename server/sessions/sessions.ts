/**
 * What routes may ask of sessions. Every method is a command or a question to the session's owner; what they answer is
 * durable. They throw `ProblemError`, with the codes of the wire contract.
 */
import type {
  CreateSession,
  OlderMessages,
  Page,
  PatchQueued,
  PatchSession,
  ResolvePermission,
  SendAnswer,
  SendTurn,
  SessionAnswer,
} from '../../shared/api.ts'
import type { Answer, Permission, Question, Queue, Session } from '../../shared/model.ts'
import type { Snapshot } from '../../shared/state.ts'
import type { SessionQuery } from '../store/store.ts'

/** Who acts, known from the key. */
export interface Actor {
  readonly keyId: string
  readonly kind: 'person' | 'program' | 'agent'
  /** For people to read: the key's name. */
  readonly name: string
}

/** A request that may be repeated: its answer is stored with its first event and given again. */
export interface Idempotency {
  readonly key: string
  readonly requestHash: string
}

export interface Command {
  readonly actor: Actor
  readonly idempotency: Idempotency | null
}

export interface Sessions {
  /** `created: false`: the same id and fields were there already. */
  create(body: CreateSession, command: Command): Promise<{ session: Session; created: boolean }>
  list(query: SessionQuery): Promise<Page<Session>>
  get(id: string): Promise<SessionAnswer>
  older(id: string, beforeLine: number): Promise<OlderMessages>
  /** `ifMatch`: the revision that the client has seen. */
  patch(id: string, body: PatchSession, ifMatch: number | null, command: Command): Promise<Session>
  /** Stops it, ends its runtime, removes it. */
  remove(id: string, command: Command): Promise<void>
  send(id: string, body: SendTurn, command: Command): Promise<SendAnswer>
  cancel(id: string, streamId: string, command: Command): Promise<{ streamId: string; state: 'stopping' | 'cancelled' }>
  resolvePermission(
    id: string,
    streamId: string,
    permissionId: string,
    body: ResolvePermission,
    command: Command,
  ): Promise<Permission>
  answerQuestion(id: string, streamId: string, questionId: string, answer: Answer, command: Command): Promise<Question>
  queue(id: string): Promise<Queue>
  /** The message in other words, or at another place. The whole queue, as it is then. */
  editQueued(id: string, messageId: string, body: PatchQueued, command: Command): Promise<Queue>
  takeOut(id: string, messageId: string, command: Command): Promise<Queue>
  /** Before all others; what runs is stopped for it. */
  sendNow(id: string, messageId: string, command: Command): Promise<SendAnswer>
  resumeQueue(id: string, command: Command): Promise<Queue>
  /** A cut of the durable state, for snapshots; null for an unknown or removed session. */
  snapshot(id: string): Promise<Snapshot | null>
  /** Whether the stream can be asked for: a run of this session, `session` or `*`. */
  hasStream(id: string, streamId: string): Promise<boolean>
}
