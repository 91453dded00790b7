/**
 * Sessions with a past, written into a data folder before the server starts: through the store, the log and the ledger of
 * the product, so that rows, runs and lines are what a server would have left. A thousand turns take a second.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { createLog } from '../../../server/log/create.ts'
import type { Log } from '../../../server/log/log.ts'
import { Ledger } from '../../../server/sessions/ledger.ts'
import { createStore } from '../../../server/store/create.ts'
import type { EventDraft } from '../../../shared/events.ts'
import type { Message, Run, Session } from '../../../shared/model.ts'
import { initialState } from '../../../shared/state.ts'

export interface Past {
  title: string
  turns: number
  pinned?: boolean
}

/** Nothing of what is seeded is of today, and each turn has a time of its own. */
const firstTurnAt = Date.parse('2025-03-01T08:00:00Z')
const turnEveryMs = 60_000
/** Turns in one append: a commit of some thousand rows. */
const turnsTogether = 100

/** The ids of the sessions, in the order of `pasts`; the last one is the newest. */
export async function seed(dataDir: string, pasts: readonly Past[]): Promise<string[]> {
  const store = await createStore({ file: join(dataDir, 'heddle.db') })
  const ending = new AbortController()
  const log = createLog(store.log, { onCommitted: () => undefined, signal: ending.signal })
  const ids: string[] = []
  for (const [index, past] of pasts.entries()) ids.push(await seedOne(dataDir, log, past, index))
  await log.flush()
  ending.abort()
  for (const { sessionId, streamId } of await store.log.unpacked()) await store.log.packStream(sessionId, streamId)
  await store.close()
  return ids
}

async function seedOne(dataDir: string, log: Log, past: Past, index: number): Promise<string> {
  const id = `ses_${nanoid(22)}`
  const cwd = join(dataDir, 'scratch', id)
  await mkdir(cwd, { recursive: true })
  const failures: unknown[] = []
  const session = sessionRow(id, cwd, past)
  const cut = { state: initialState, session, readSeq: 0, notableSeq: 0 }
  const ledger = new Ledger(await log.open(id), cut, (error) => failures.push(error))
  const startMs = firstTurnAt + index * turnEveryMs
  await ledger.append({ row: (row) => row })
  for (let turn = 0; turn < past.turns; turn += turnsTogether) {
    const count = Math.min(turnsTogether, past.turns - turn)
    const drafts = Array.from({ length: count }, (_, offset) => turnDrafts(id, turn + offset, startMs)).flat()
    await ledger.append({ drafts, readSeq: (turn + count) * 7 })
  }
  if (failures.length > 0) throw failures[0]
  return id
}

function sessionRow(id: string, cwd: string, { title, pinned = false }: Past): Session {
  const at = new Date(firstTurnAt).toISOString()
  return {
    id,
    projectId: null,
    cwd,
    kind: 'chat',
    mode: 'chat',
    title,
    titleSource: 'user',
    provider: 'demo',
    model: 'guide',
    options: {},
    runtimeSessionId: null,
    sharedRuntime: false,
    context: null,
    state: 'idle',
    activeStreamId: null,
    activeSince: null,
    activity: null,
    pending: [],
    queueLength: 0,
    lastMessagePreview: '',
    messageCount: 0,
    usage: {},
    unread: false,
    pinned,
    headSeq: 0,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    parent: null,
  }
}

/** A prompt, a thought, a tool call and an answer in Markdown: what a turn of a coding agent looks like. */
function turnDrafts(sessionId: string, turn: number, startMs: number): EventDraft[] {
  const streamId = `run_${nanoid(22)}`
  const messageId = `msg_${nanoid(22)}`
  const at = new Date(startMs + turn * turnEveryMs).toISOString()
  const common = { streamId, at }
  const prompt = promptMessage(sessionId, streamId, turn, at)
  const tool = { toolCallId: `tool-${turn}`, title: `Read src/part-${turn}.ts`, kind: 'read' }
  return [
    { ...common, type: 'user_message', message: prompt },
    {
      ...common,
      type: 'turn_started',
      run: startedRun(sessionId, streamId, turn, at),
      messageId: prompt.id,
      provider: 'demo',
      model: 'guide',
      runtimeSessionId: null,
    },
    { ...common, type: 'agent_thought_chunk', messageId, text: `Part ${turn} has to be read first.` },
    { ...common, type: 'tool_call', messageId, ...tool, status: 'in_progress', rawInput: { path: tool.title } },
    {
      ...common,
      type: 'tool_call_update',
      messageId,
      toolCallId: tool.toolCallId,
      status: 'completed',
      content: [{ type: 'text', text: `export const part = ${turn}\n`.repeat(6) }],
    },
    { ...common, type: 'agent_message_chunk', messageId, text: answerText(turn) },
    { ...common, type: 'turn_ended', stopReason: 'end_turn', usage: null },
  ]
}

function promptMessage(sessionId: string, streamId: string, turn: number, createdAt: string): Message {
  return {
    id: `msg_${nanoid(22)}`,
    sessionId,
    streamId,
    // Seven events and two messages a turn, from 1.
    seq: turn * 7 + 1,
    line: turn * 2 + 1,
    role: 'user',
    author: null,
    parts: [{ type: 'text', text: `What does part ${turn} do, and where is it used?` }],
    createdAt,
  }
}

function startedRun(sessionId: string, id: string, turn: number, startedAt: string): Run {
  return {
    id,
    sessionId,
    projectId: null,
    provider: 'demo',
    model: 'guide',
    state: 'running',
    stopReason: null,
    prompt: `What does part ${turn} do, and where is it used?`,
    summary: null,
    startedAt,
    endedAt: null,
    durationMs: null,
    usage: null,
    toolCalls: 0,
    filesTouched: [],
    recovery: null,
  }
}

const answerText = (turn: number) => `## Part ${turn}

It keeps **one fact** and tells \`part-${turn + 1}\` when it has changed. It is used in three places:

- in \`src/main.ts\`, which makes it once and hands it to whoever needs it;
- in \`src/views/part.ts\`, which draws it and never changes it;
- in the tests, where a clock of their own stands in for the time.

\`\`\`ts
export function createPart(index: number, onChange: () => void): Part {
  let value = index
  return { get: () => value, set(next: number) { value = next; onChange() } }
}
\`\`\`

Nothing else depends on it, so it can be renamed *without* touching the store. See [the decision](https://example.org/${turn}).`
