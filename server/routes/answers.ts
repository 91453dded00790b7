/** Shapes of answers that are no object of their own: what OpenAPI shows; `shared/api.ts` has their types. */
import * as v from 'valibot'
import {
  ApiKey,
  Draft,
  Message,
  Permission,
  Project,
  Provider,
  Question,
  Queue,
  Run,
  RuntimeInfo,
  Session,
  Settings,
} from '../../shared/model.ts'
import { type ProblemCode, problemStatus } from '../../shared/problems.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const time = v.pipe(v.string(), v.isoTimestamp())

export const pageOf = <T extends v.GenericSchema>(item: T) =>
  v.object({ items: v.array(item), nextCursor: v.nullable(v.string()) })

export const Health = v.object({ status: v.literal('ok'), version: v.string() })
export const Secret = v.object({ key: v.string() })
export const NewKey = v.object({ ...ApiKey.entries, key: v.string() })
export const LoginCode = v.object({ code: v.string(), url: v.string(), expiresAt: time })
export const Ticket = v.object({ ticket: v.string(), expiresAt: time })

export const Bootstrap = v.object({
  providers: v.array(Provider),
  projects: v.array(Project),
  sessions: v.array(Session),
  feedCursor: v.string(),
  settings: Settings,
  version: v.string(),
})

const LiveRun = v.object({
  run: Run,
  messageId: v.string(),
  cancelRequestedBy: v.nullable(v.string()),
  messages: v.array(Message),
})
export const SessionAnswer = v.object({
  session: Session,
  seq: count,
  lastLine: count,
  messages: v.array(Message),
  runs: v.array(Run),
  queue: Queue,
  live: v.nullable(LiveRun),
  pending: v.array(v.union([Permission, Question])),
  runtime: RuntimeInfo,
  nextBeforeLine: v.nullable(count),
})
export const OlderMessages = v.object({
  messages: v.array(Message),
  runs: v.array(Run),
  nextBeforeLine: v.nullable(count),
})
export const SendAnswer = v.object({
  messageId: v.string(),
  streamId: v.string(),
  state: v.picklist(['queued', 'starting', 'running']),
  position: v.optional(count),
})
export const CancelAnswer = v.object({ streamId: v.string(), state: v.picklist(['stopping', 'cancelled']) })

export const Problem = v.looseObject({
  type: v.string(),
  title: v.string(),
  status: count,
  code: v.picklist(Object.keys(problemStatus) as ProblemCode[]),
  detail: v.string(),
  issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
})

/** Named in OpenAPI's components. */
export const named = {
  Session,
  Run,
  Message,
  Permission,
  Question,
  Queue,
  Provider,
  Project,
  Settings,
  Draft,
  ApiKey,
  RuntimeInfo,
  Problem,
}
