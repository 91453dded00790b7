/** The first shape. `logs` outlives its session: what is removed stays known as removed. */
import { type Kysely, type Migration, sql } from 'kysely'

const statements = [
  `CREATE TABLE logs (
    session_id TEXT NOT NULL PRIMARY KEY,
    owner_epoch INTEGER NOT NULL,
    head INTEGER NOT NULL,
    removed_at TEXT
  ) WITHOUT ROWID`,
  `CREATE TABLE entries (
    session_id TEXT NOT NULL REFERENCES logs (session_id),
    seq INTEGER NOT NULL,
    stream_id TEXT NOT NULL,
    prev INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (session_id, seq)
  ) WITHOUT ROWID`,
  // Packing removes these rows: what is left here ended before a crash and is still to be packed.
  `CREATE INDEX entries_ended ON entries (session_id, stream_id) WHERE type = 'turn_ended'`,
  `CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES logs (session_id),
    stream_id TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    first_prev INTEGER NOT NULL,
    shape TEXT NOT NULL,
    lines TEXT NOT NULL
  )`,
  'CREATE UNIQUE INDEX segments_in_order ON segments (session_id, first_seq, last_seq, stream_id)',
  `CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY REFERENCES logs (session_id),
    project_id TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    is_archived INTEGER NOT NULL,
    is_pinned INTEGER NOT NULL,
    is_unfinished INTEGER NOT NULL,
    context_run_id TEXT,
    folded_title TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    read_seq INTEGER NOT NULL DEFAULT 0,
    resume_token TEXT,
    json TEXT NOT NULL
  )`,
  'CREATE INDEX sessions_newest ON sessions (is_archived, updated_at DESC, id DESC)',
  'CREATE INDEX sessions_of_project ON sessions (project_id, updated_at DESC, id DESC)',
  'CREATE INDEX sessions_unfinished ON sessions (id) WHERE is_unfinished = 1',
  'CREATE INDEX sessions_pinned ON sessions (id) WHERE is_pinned = 1',
  `CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES logs (session_id),
    project_id TEXT,
    state TEXT NOT NULL,
    started_at TEXT NOT NULL,
    json TEXT NOT NULL
  )`,
  'CREATE INDEX runs_newest ON runs (started_at DESC, id DESC)',
  'CREATE INDEX runs_of_session ON runs (session_id, started_at DESC, id DESC)',
  `CREATE TABLE idempotency (
    key TEXT NOT NULL PRIMARY KEY,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
  )`,
  'CREATE INDEX idempotency_oldest ON idempotency (created_at)',
  `CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    created_at TEXT NOT NULL,
    json TEXT NOT NULL
  )`,
  `CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    json TEXT NOT NULL
  )`,
  `CREATE TABLE processes (
    runtime_id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    pid INTEGER NOT NULL,
    start_time TEXT NOT NULL,
    started_at TEXT NOT NULL
  )`,
  'CREATE TABLE drafts (key TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL)',
  'CREATE TABLE memory (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)',
  'CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL)',
]

export const first: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(database)
  },
}
