/** What is kept beside the log. Asynchronous from the first day: the engine may be in another process. */
import type { ApiKey, Draft, Project, Run, Session, Settings } from '../../shared/model.ts'
import type { IdempotencyRow, LogStorage } from '../log/log.ts'

export interface StoredSession {
  readonly session: Session
  readonly readSeq: number
}

export interface StoredKey extends ApiKey {
  /** SHA-256 of the secret, hex. Only hashes are kept. */
  readonly hash: string
}

/** A runtime's process as it was started: what the reaper may end after a crash. */
export interface RuntimeProcess {
  readonly runtimeId: string
  readonly sessionId: string
  readonly pid: number
  /** Kernel start time (clock ticks since boot, with the boot id), so that a re-used pid is never ours. */
  readonly startTime: string
  readonly startedAt: string
}

export interface SessionQuery {
  readonly projectId?: string
  readonly kind?: string
  readonly archived?: boolean
  readonly state?: string
  /** Part of a title, any case. */
  readonly q?: string
  readonly contextRunId?: string
  readonly limit: number
  readonly cursor?: string
}
export interface RunQuery {
  readonly projectId?: string
  readonly sessionId?: string
  readonly state?: string
  readonly since?: string
  readonly limit: number
  readonly cursor?: string
}
export interface Paged<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

export interface Store {
  readonly log: LogStorage
  readonly sessions: {
    /** Null for an unknown id, `removed` for one that was deleted. */
    get(id: string): Promise<StoredSession | 'removed' | null>
    /** Newest activity first. */
    list(query: SessionQuery): Promise<Paged<Session>>
    /** Waiting, running and pinned ones, and the newest of the rest, archived left out. */
    forBootstrap(newest: number): Promise<readonly Session[]>
    /** Those that have a turn without an end, or a runtime that was live: what a start has to look after. */
    unfinished(): Promise<readonly StoredSession[]>
    /** Row, log, runs, draft and files go; the id is remembered as gone. */
    remove(id: string): Promise<void>
    resumeToken(id: string): Promise<string | null>
    setResumeToken(id: string, token: string | null): Promise<void>
  }
  readonly runs: {
    get(id: string): Promise<Run | null>
    list(query: RunQuery): Promise<Paged<Run>>
  }
  readonly projects: {
    list(): Promise<readonly Project[]>
    get(id: string): Promise<Project | null>
    put(project: Project): Promise<void>
    remove(id: string): Promise<void>
  }
  readonly settings: { get(): Promise<Settings>; put(settings: Settings): Promise<void> }
  readonly drafts: { get(key: string): Promise<Draft>; put(key: string, draft: Draft): Promise<void> }
  readonly keys: {
    list(): Promise<readonly StoredKey[]>
    put(key: StoredKey): Promise<void>
    remove(id: string): Promise<boolean>
    touch(id: string, at: string): Promise<void>
  }
  readonly idempotency: {
    get(key: string): Promise<IdempotencyRow | null>
    put(row: IdempotencyRow): Promise<void>
    forgetBefore(createdAt: string): Promise<void>
  }
  readonly processes: {
    list(): Promise<readonly RuntimeProcess[]>
    put(process: RuntimeProcess): Promise<void>
    remove(runtimeId: string): Promise<void>
  }
  /** What has been learnt of providers (models, options), by provider id; JSON. */
  readonly memory: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> }
  close(): Promise<void>
}
