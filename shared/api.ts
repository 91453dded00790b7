/** Bodies of requests and shapes of answers: the schemas that routes check and OpenAPI shows. */
import * as v from 'valibot'
import {
  Draft,
  type Draft as DraftObject,
  FilePart,
  type Message,
  type Project,
  type Provider,
  type Session,
  SessionKind,
  SessionMode,
  Settings,
  type Settings as SettingsObject,
} from './model.ts'
import type { SessionState } from './state.ts'

export const maxTextLength = 512 * 1024
const text = v.pipe(v.string(), v.maxLength(maxTextLength))
const promptText = v.pipe(text, v.regex(/\S/, 'The text is empty.'))
const title = v.pipe(v.string(), v.trim(), v.minLength(1, 'A title is needed.'), v.maxLength(1000))
const name = v.pipe(v.string(), v.trim(), v.minLength(1, 'A name is needed.'), v.maxLength(200))
const idOf = (prefix: string) => v.pipe(v.string(), v.regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{22}$`)))
const files = v.pipe(v.array(FilePart), v.maxLength(32))
const options = v.record(v.string(), v.string())
const providerId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/))
const model = v.pipe(v.string(), v.minLength(1), v.maxLength(300))

export const WhenBusy = v.picklist(['queue', 'steer', 'interrupt', 'reject'])

export const CreateSession = v.strictObject({
  id: v.optional(idOf('ses')),
  projectId: v.optional(v.nullable(idOf('prj'))),
  kind: v.optional(SessionKind, 'chat'),
  mode: v.optional(SessionMode, 'chat'),
  title: v.optional(title),
  provider: providerId,
  model: v.optional(v.nullable(model)),
  options: v.optional(options),
  text: v.optional(promptText),
  messageId: v.optional(idOf('msg')),
  files: v.optional(files),
  context: v.optional(
    v.strictObject({
      runId: v.optional(idOf('run')),
      sessionId: v.optional(idOf('ses')),
      messageId: v.optional(idOf('msg')),
    }),
  ),
  members: v.optional(v.array(v.unknown())),
  sharedRuntime: v.optional(v.boolean()),
})
export const SendTurn = v.strictObject({
  messageId: v.optional(idOf('msg')),
  text: promptText,
  files: v.optional(files),
  whenBusy: v.optional(WhenBusy, 'queue'),
})
/** `position`: from 1; beyond the end is the end. */
export const PatchQueued = v.strictObject({
  text: v.optional(promptText),
  files: v.optional(files),
  position: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
})
export const PatchSession = v.strictObject({
  title: v.optional(title),
  mode: v.optional(SessionMode),
  pinned: v.optional(v.boolean()),
  archived: v.optional(v.boolean()),
  projectId: v.optional(v.nullable(idOf('prj'))),
  provider: v.optional(providerId),
  model: v.optional(v.nullable(model)),
  options: v.optional(options),
  readSeq: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
})
export const ResolvePermission = v.strictObject({
  optionId: v.pipe(v.string(), v.maxLength(300)),
  digest: v.pipe(v.string(), v.maxLength(200)),
  scope: v.optional(v.picklist(['once', 'session', 'always'])),
  reason: v.optional(text),
})
export const CreateProject = v.strictObject({
  name,
  cwd: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4096)))),
  provider: v.optional(v.nullable(providerId)),
  model: v.optional(v.nullable(model)),
})
export const PatchProject = v.strictObject({
  ...v.partial(CreateProject).entries,
  archived: v.optional(v.boolean()),
})
export const Login = v.strictObject({ code: v.pipe(v.string(), v.maxLength(200)) })
export const CreateKey = v.strictObject({ name, kind: v.optional(v.picklist(['program', 'agent']), 'program') })
export const CreateTicket = v.strictObject({ path: v.pipe(v.string(), v.maxLength(2000)) })
export const SetProviderKey = v.strictObject({ key: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096)) })
export const PatchSettings = v.partial(v.strictObject(Settings.entries))
export const PutDraft = v.strictObject(Draft.entries)

/** A cursor in a session's log: the last `seq` that the reader has, or `snapshot`. */
const cursor = v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), v.literal('snapshot')])
const watched = v.strictObject({ id: idOf('ses'), after: cursor })
export const maxWatchedSessions = 256
export const OpenLive = v.strictObject({
  feed: v.optional(v.strictObject({ after: v.nullable(v.pipe(v.string(), v.maxLength(200))) })),
  sessions: v.pipe(v.array(watched), v.maxLength(maxWatchedSessions)),
})
export const ChangeLive = v.strictObject({
  add: v.optional(v.pipe(v.array(watched), v.maxLength(maxWatchedSessions))),
  remove: v.optional(v.array(idOf('ses'))),
  visible: v.optional(v.boolean()),
  ping: v.optional(v.boolean()),
})

export type CreateSession = v.InferOutput<typeof CreateSession>
export type SendTurn = v.InferOutput<typeof SendTurn>
export type PatchQueued = v.InferOutput<typeof PatchQueued>
export type PatchSession = v.InferOutput<typeof PatchSession>
export type ResolvePermission = v.InferOutput<typeof ResolvePermission>
export type CreateProject = v.InferOutput<typeof CreateProject>
export type PatchProject = v.InferOutput<typeof PatchProject>
export type PatchSettings = v.InferOutput<typeof PatchSettings>
export type OpenLive = v.InferOutput<typeof OpenLive>
export type ChangeLive = v.InferOutput<typeof ChangeLive>
/** What clients write: defaults may be left out. */
export type CreateSessionInput = v.InferInput<typeof CreateSession>
export type SendTurnInput = v.InferInput<typeof SendTurn>

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
/** All that the first paint needs. */
export interface Bootstrap {
  providers: Provider[]
  projects: Project[]
  sessions: Session[]
  feedCursor: string
  settings: SettingsObject
  version: string
}
/** One consistent cut at `session.headSeq`; the newest 50 turns. `nextBeforeLine`: where older messages begin, or null. */
export type SessionAnswer = SessionState & { session: Session; nextBeforeLine: number | null }
/** Older messages, with the runs that they belong to. */
export interface OlderMessages {
  messages: Message[]
  runs: SessionState['runs']
  nextBeforeLine: number | null
}
export interface SendAnswer {
  messageId: string
  streamId: string
  state: 'queued' | 'starting' | 'running'
  /** Place in the queue, from 1; absent if it runs at once. */
  position?: number
}

/** Events of the feed: what changed of rows. Each frame's data; the SSE event type is `type`. */
export type FeedEvent =
  | { type: 'session_changed'; cursor: string; session: Session }
  | { type: 'session_removed'; cursor: string; id: string }
  | { type: 'project_changed'; cursor: string; project: Project }
  | { type: 'project_removed'; cursor: string; id: string }
  | { type: 'providers_changed'; cursor: string; providers: Provider[] }
  | { type: 'settings_changed'; cursor: string; settings: SettingsObject }
  /** `key`: a session id, or `new`. `by`: the connection that wrote it, so that the writer's own page ignores it. */
  | { type: 'draft_changed'; cursor: string; key: string; draft: DraftObject; by: string | null }

/** Frames of `POST /api/live` that carry no event of a log. */
export type LiveFrame =
  | { type: 'hello'; connectionId: string; version: string }
  | { type: 'ping'; heads: Record<string, number>; feed: string | null }
  | { type: 'snapshot'; sessionId: string; seq: number; state: SessionState & { session: Session } }
  /** The cursor could not be honoured: what follows starts at this snapshot. */
  | { type: 'reset'; sessionId: string; seq: number; state: SessionState & { session: Session }; reason: string }
  /** The feed's cursor is unknown: ask for the bootstrap again. */
  | { type: 'feed_reset'; cursor: string }
  /** A session that cannot be carried: unknown, or removed. */
  | { type: 'session_gone'; sessionId: string }
