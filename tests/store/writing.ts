/** What is written in tests: sessions, runs and drafts of events. */
import { nanoid } from 'nanoid'
import type { EventDraft } from '../../shared/events.ts'
import { type IdPrefix, idRandomLength } from '../../shared/ids.ts'
import type { Run, Session } from '../../shared/model.ts'

export const at = '2026-01-02T03:04:05.678Z'

export function newId(prefix: IdPrefix): string {
  return `${prefix}_${nanoid(idRandomLength)}`
}

export function chunk(streamId: string, text: string): EventDraft {
  return { type: 'agent_message_chunk', streamId, at, messageId: 'msg_0123456789012345678901', text }
}

export function turnEnded(streamId: string): EventDraft {
  return { type: 'turn_ended', streamId, at, stopReason: 'end_turn', usage: null }
}

export function aSession(fields: Partial<Session> = {}): Session {
  return {
    id: newId('ses'),
    projectId: null,
    cwd: '/home/someone',
    kind: 'chat',
    mode: 'chat',
    title: 'A chat',
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
    pinned: false,
    headSeq: 0,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    parent: null,
    ...fields,
  }
}

export function aRun(fields: Partial<Run> = {}): Run {
  return {
    id: newId('run'),
    sessionId: newId('ses'),
    projectId: null,
    provider: 'demo',
    model: null,
    state: 'running',
    stopReason: null,
    prompt: 'Do it',
    summary: null,
    startedAt: at,
    endedAt: null,
    durationMs: null,
    usage: null,
    toolCalls: 0,
    filesTouched: [],
    recovery: null,
    ...fields,
  }
}
