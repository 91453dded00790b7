/** What every store must do beside the log, whatever it is made of. */
import { describe, expect, test } from 'vitest'
import { createLog } from '../../server/log/create.ts'
import type { Rows } from '../../server/log/log.ts'
import type { Store } from '../../server/store/store.ts'
import type { Session } from '../../shared/model.ts'
import { aRun, aSession, at, chunk, newId } from '../store/support.ts'

export function storeConformance(name: string, make: () => Promise<Store>): void {
  describe(`a store in ${name}`, () => {
    test('writes the rows of a command with its events, all or nothing', async () => {
      const store = await make()
      const { log, write } = writing(store)
      const session = aSession({ options: { effort: 'high' } })
      const run = aRun({ sessionId: session.id })
      const answer = { key: 'key_1 k', requestHash: 'hash', status: 202, body: '{"a":"é"}', createdAt: at }
      await write(session, { runs: [run], idempotency: answer, readSeq: 1 })
      expect(await store.sessions.get(session.id)).toEqual({ session, readSeq: 1 })
      expect(await store.runs.get(run.id)).toEqual(run)
      expect(await store.idempotency.get(answer.key)).toEqual(answer)
      const stale = await log.open(session.id)
      await log.open(session.id)
      const changed = {
        session: { ...session, title: 'Stale' },
        runs: [{ ...run, state: 'done' as const }],
        readSeq: 9,
      }
      await expect(stale.append([], () => changed)).rejects.toThrow()
      expect(await store.sessions.get(session.id)).toEqual({ session, readSeq: 1 })
      expect(await store.runs.get(run.id)).toEqual(run)
    })

    test('keeps the newest of several rows that are written at once, and how far it was read', async () => {
      const store = await make()
      const { log } = writing(store)
      const session = aSession()
      const chat = await log.open(session.id)
      const titled = (title: string, rows: Rows = {}) =>
        chat.append([chunk('run_a', title)], () => ({ session: { ...session, title }, ...rows }))
      await Promise.all([titled('one', { readSeq: 1 }), titled('two'), titled('three')])
      expect(await store.sessions.get(session.id)).toEqual({ session: { ...session, title: 'three' }, readSeq: 1 })
    })

    test('gives the first answer to a request again, for as long as it is remembered', async () => {
      const store = await make()
      const answer = { key: 'k', requestHash: 'h', status: 201, body: '{}', createdAt: '2026-01-01T00:00:00.000Z' }
      await store.idempotency.put(answer)
      await store.idempotency.put({ ...answer, status: 500 })
      expect(await store.idempotency.get('k')).toEqual(answer)
      await store.idempotency.forgetBefore('2026-01-01T00:00:00.000Z')
      expect(await store.idempotency.get('k')).toEqual(answer)
      await store.idempotency.forgetBefore('2026-01-01T00:00:00.001Z')
      expect(await store.idempotency.get('k')).toBeNull()
    })

    test('lists sessions by their newest activity, a page at a time, each once', async () => {
      const store = await make()
      const { write } = writing(store)
      // Several with the same time, so that the order is not by time alone.
      const all = Array.from({ length: 25 }, (_, index) => aSession({ updatedAt: day(1 + (index % 4)) }))
      for (const session of all) await write(session)
      const found: Session[] = []
      let cursor: string | undefined
      do {
        const page = await store.sessions.list({ limit: 7, cursor })
        found.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      expect(found).toHaveLength(25)
      expect(new Set(found.map(({ id }) => id)).size).toBe(25)
      expect(found.map(({ updatedAt }) => updatedAt)).toEqual(
        found
          .map(({ updatedAt }) => updatedAt)
          .toSorted()
          .toReversed(),
      )
      await expect(store.sessions.list({ limit: 7, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'invalid_query',
      })
    })

    test('finds sessions by project, kind, state, archive, run, and part of a title in any case', async () => {
      const store = await make()
      const { write } = writing(store)
      const wanted = aSession({
        title: 'Fix the 100% ÄRGER_bug',
        projectId: newId('prj'),
        kind: 'quick',
        state: 'error',
        archivedAt: at,
        context: { runId: newId('run') },
      })
      for (const session of [wanted, aSession({ title: 'Fix the ärger' }), aSession()]) await write(session)
      const ids = async (query: Omit<Parameters<Store['sessions']['list']>[0], 'limit'>) =>
        (await store.sessions.list({ ...query, limit: 9 })).items.map(({ id }) => id)
      const only = [wanted.id]
      expect(await ids({ projectId: wanted.projectId ?? '' })).toEqual(only)
      expect(await ids({ kind: 'quick' })).toEqual(only)
      expect(await ids({ state: 'error' })).toEqual(only)
      expect(await ids({ archived: true })).toEqual(only)
      expect(await ids({ archived: false })).toHaveLength(2)
      expect(await ids({ contextRunId: wanted.context?.runId })).toEqual(only)
      expect(await ids({ q: '0% ärger_' })).toEqual(only)
      expect(await ids({ q: 'ÄRGER' })).toHaveLength(2)
      expect(await ids({ q: '%' })).toEqual(only)
    })

    test('has for the first paint what waits, what runs, what is pinned, and the newest of the rest', async () => {
      const store = await make()
      const { write } = writing(store)
      const old = { updatedAt: day(1) }
      const busy = [aSession({ ...old, state: 'needs_approval' }), aSession({ ...old, pinned: true, title: 'Pinned' })]
      const rest = [4, 3, 2].map((number) => aSession({ updatedAt: day(number), state: 'interrupted' }))
      for (const session of [...busy, ...rest]) await write(session)
      await write(aSession({ updatedAt: day(9), archivedAt: at, pinned: true }))
      const found = await store.sessions.forBootstrap(2)
      expect(found.slice(0, 2)).toEqual(rest.slice(0, 2))
      expect(new Set(found.slice(2))).toEqual(new Set(busy))
    })

    test('knows at a start which sessions were left in the middle', async () => {
      const store = await make()
      const { write } = writing(store)
      const running = aSession({ state: 'running', activeStreamId: newId('run') })
      const queued = aSession({ queueLength: 1 })
      const live = aSession()
      for (const session of [running, queued, live, aSession({ state: 'error' })]) await write(session)
      const process = { runtimeId: 'r1', sessionId: live.id, pid: 4711, startTime: '12@boot', startedAt: at }
      await store.processes.put(process)
      const found = await store.sessions.unfinished()
      expect(new Set(found.map(({ session }) => session.id))).toEqual(new Set([running.id, queued.id, live.id]))
      expect(await store.processes.list()).toEqual([process])
      await store.processes.remove('r1')
      await write({ ...running, state: 'interrupted', activeStreamId: null })
      expect((await store.sessions.unfinished()).map(({ session }) => session.id)).toEqual([queued.id])
    })

    test('remembers of a removed session only that it is gone', async () => {
      const store = await make()
      const { log, write } = writing(store)
      const session = aSession()
      const run = aRun({ sessionId: session.id })
      const chat = await write(session, { runs: [run] })
      await store.drafts.put(session.id, { text: 'half', files: [] })
      const other = aSession()
      await write(other)
      await store.sessions.remove(session.id)
      expect(await store.sessions.get(session.id)).toBe('removed')
      expect(await store.sessions.get(newId('ses'))).toBeNull()
      expect([await log.head(session.id), await log.lastOf(session.id, 'run_a')]).toEqual([0, null])
      expect(await store.runs.get(run.id)).toBeNull()
      expect(await store.drafts.get(session.id)).toEqual({ text: '', files: [] })
      expect((await store.sessions.list({ limit: 9 })).items).toEqual([other])
      await expect(chat.append([chunk('run_a', 'late')], () => ({ session }))).rejects.toThrow()
      await expect(log.open(session.id)).rejects.toMatchObject({ code: 'gone' })
      expect(await store.sessions.get(session.id)).toBe('removed')
    })

    test('keeps how a runtime session is resumed, whatever else changes of the row', async () => {
      const store = await make()
      const { write } = writing(store)
      const session = aSession()
      await write(session)
      expect(await store.sessions.resumeToken(session.id)).toBeNull()
      await store.sessions.setResumeToken(session.id, 'tok\0en')
      await write({ ...session, title: 'Other' })
      expect(await store.sessions.resumeToken(session.id)).toBe('tok\0en')
    })

    test('lists runs, newest first, by project, session, state and time', async () => {
      const store = await make()
      const { write } = writing(store)
      const session = aSession()
      const runs = [1, 2, 3].map((number) => aRun({ sessionId: session.id, startedAt: day(number) }))
      const done = aRun({ sessionId: session.id, startedAt: day(4), state: 'done', projectId: newId('prj') })
      await write(session, { runs: [...runs, done] })
      const ids = async (query: Omit<Parameters<Store['runs']['list']>[0], 'limit'>) =>
        (await store.runs.list({ ...query, limit: 9 })).items.map(({ id }) => id)
      expect(await ids({ sessionId: session.id })).toEqual([done, ...runs.toReversed()].map(({ id }) => id))
      expect(await ids({ state: 'done', projectId: done.projectId ?? '' })).toEqual([done.id])
      expect(await ids({ since: day(3) })).toEqual([done.id, runs[2]?.id])
      const first = await store.runs.list({ limit: 3 })
      const second = await store.runs.list({ limit: 3, cursor: first.nextCursor ?? undefined })
      expect([first.items.length, second.items.map(({ id }) => id), second.nextCursor]).toEqual([
        3,
        [runs[0]?.id],
        null,
      ])
    })

    test('keeps projects, settings, drafts, keys and what it has learnt', async () => {
      const store = await make()
      const project = {
        id: newId('prj'),
        name: 'One',
        cwd: '/one',
        provider: null,
        model: null,
        archived: false,
        createdAt: at,
      }
      await store.projects.put(project)
      await store.projects.put({ ...project, name: 'Renamed' })
      expect(await store.projects.list()).toEqual([{ ...project, name: 'Renamed' }])
      await store.projects.remove(project.id)
      expect(await store.projects.get(project.id)).toBeNull()
      const settings = { ...(await store.settings.get()), theme: 'dark' as const }
      await store.settings.put(settings)
      expect(await store.settings.get()).toEqual(settings)
      const draft = { text: 'half', files: [] }
      await store.drafts.put('new', draft)
      expect(await store.drafts.get('new')).toEqual(draft)
      await store.drafts.put('new', { text: '', files: [] })
      expect(await store.drafts.get('new')).toEqual({ text: '', files: [] })
      const key = {
        id: newId('key'),
        name: 'ci',
        kind: 'program' as const,
        createdAt: at,
        lastUsedAt: null,
        hash: 'ab',
      }
      await store.keys.put(key)
      await store.keys.touch(key.id, day(2))
      expect(await store.keys.list()).toEqual([{ ...key, lastUsedAt: day(2) }])
      expect([await store.keys.remove(key.id), await store.keys.remove(key.id)]).toEqual([true, false])
      await store.memory.put('provider', '{"a":1}')
      expect([await store.memory.get('provider'), await store.memory.get('other')]).toEqual(['{"a":1}', null])
    })
  })
}

function day(number: number): string {
  return `2026-02-0${number}T00:00:00.000Z`
}

/** Sessions are written as their owners write them: through the log. */
function writing(store: Store) {
  const log = createLog(store.log, { onCommitted: () => undefined })
  const write = async (session: Session, rows: Rows = {}) => {
    const chat = await log.open(session.id)
    await chat.append([chunk('run_a', 'x')], () => ({ session, ...rows }))
    return chat
  }
  return { log, write }
}
