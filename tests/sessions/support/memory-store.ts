/** A store in memory with the promises of the real one; its commits can be held, or made to fail. */

import type { CommitBatch, IdempotencyRow, LogEntry, LogStorage } from '../../../server/log/log.ts'
import type { RuntimeProcess, Store, StoredSession } from '../../../server/store/store.ts'
import type { Project, Settings } from '../../../shared/model.ts'

export interface MemoryStore extends Store {
  readonly entries: Map<string, LogEntry[]>
  readonly rows: Map<string, StoredSession>
  readonly answers: Map<string, IdempotencyRow>
  readonly tokens: Map<string, string>
  readonly running: Map<string, RuntimeProcess>
  readonly projectRows: Map<string, Project>
  /** Commits wait until the returned function is called. */
  holdCommits(): () => void
  /** Commits that are held. */
  readonly held: number
  /** Commits fail with this until it is null again. */
  failCommits(error: Error | null): void
}

export function createMemoryStore(): MemoryStore {
  const entries = new Map<string, LogEntry[]>()
  const rows = new Map<string, StoredSession>()
  const answers = new Map<string, IdempotencyRow>()
  const tokens = new Map<string, string>()
  const running = new Map<string, RuntimeProcess>()
  const projectRows = new Map<string, Project>()
  const epochs = new Map<string, number>()
  const removed = new Set<string>()
  let gate: Promise<void> = Promise.resolve()
  let held = 0
  let failure: Error | null = null

  const write = ({ sessionId, ownerEpoch, entries: added, rows: changed }: CommitBatch): 'written' | 'stale' => {
    if (epochs.get(sessionId) !== ownerEpoch) return 'stale'
    entries.set(sessionId, [...(entries.get(sessionId) ?? []), ...added])
    const before = rows.get(sessionId)
    const session = changed.session ?? before?.session
    // As JSON, so that nothing in memory is shared with what is stored.
    if (session) rows.set(sessionId, { session: copy(session), readSeq: changed.readSeq ?? before?.readSeq ?? 0 })
    if (changed.idempotency) answers.set(changed.idempotency.key, changed.idempotency)
    return 'written'
  }

  const log: LogStorage = {
    async claim(sessionId) {
      const epoch = (epochs.get(sessionId) ?? 0) + 1
      epochs.set(sessionId, epoch)
      const stored = entries.get(sessionId) ?? []
      return { epoch, head: stored.length, prevByStream: new Map(stored.map((entry) => [entry.streamId, entry.seq])) }
    },
    async commit(batches) {
      held += 1
      await gate
      held -= 1
      if (failure) throw failure
      return batches.map(write)
    },
    async readEntries(sessionId, after, { streamId, upTo = Number.POSITIVE_INFINITY, limit }) {
      const wanted = ({ seq, streamId: stream }: LogEntry) =>
        seq > after && seq <= upTo && (streamId === undefined || stream === streamId)
      return (entries.get(sessionId) ?? []).filter(wanted).slice(0, limit)
    },
    head: async (sessionId) => entries.get(sessionId)?.length ?? 0,
    lastOf: async (sessionId, streamId) =>
      (entries.get(sessionId) ?? []).findLast((entry) => entry.streamId === streamId) ?? null,
    packStream: async () => undefined,
    unpacked: async () => [],
  }

  return {
    log,
    entries,
    rows,
    answers,
    tokens,
    running,
    projectRows,
    holdCommits() {
      let release: () => void = () => undefined
      gate = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
    get held() {
      return held
    },
    failCommits(error) {
      failure = error
    },
    sessions: {
      get: async (id) => (removed.has(id) ? 'removed' : (copy(rows.get(id)) ?? null)),
      list: async () => ({ items: [...rows.values()].map(({ session }) => session), nextCursor: null }),
      forBootstrap: async () => [...rows.values()].map(({ session }) => session),
      unfinished: async () => [...rows.values()].filter(({ session }) => session.activeStreamId !== null),
      async remove(id) {
        removed.add(id)
        rows.delete(id)
        entries.delete(id)
      },
      resumeToken: async (id) => tokens.get(id) ?? null,
      async setResumeToken(id, token) {
        if (token === null) tokens.delete(id)
        else tokens.set(id, token)
      },
    },
    runs: { get: async () => null, list: async () => ({ items: [], nextCursor: null }) },
    projects: {
      list: async () => [...projectRows.values()],
      get: async (id) => projectRows.get(id) ?? null,
      put: async (project) => void projectRows.set(project.id, project),
      remove: async (id) => void projectRows.delete(id),
    },
    settings: { get: async () => ({}) as Settings, put: async () => undefined },
    drafts: { get: async () => ({ text: '', files: [] }), put: async () => undefined },
    keys: { list: async () => [], put: async () => undefined, remove: async () => false, touch: async () => undefined },
    idempotency: {
      get: async (key) => answers.get(key) ?? null,
      put: async (row) => void answers.set(row.key, row),
      forgetBefore: async () => undefined,
    },
    processes: {
      list: async () => [...running.values()],
      put: async (process) => void running.set(process.runtimeId, process),
      remove: async (runtimeId) => void running.delete(runtimeId),
    },
    memory: { get: async () => null, put: async () => undefined },
    close: async () => undefined,
  }
}

function copy<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value))
}
