/** Opens the room: every command and question goes to the one owner of its session. */
import type { Session } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { decideAnswer, decidePermission } from './commands/answer.ts'
import { decideCancel } from './commands/cancel.ts'
import type { Decision, OwnerView } from './commands/decision.ts'
import { decidePatch } from './commands/patch.ts'
import { decideResume } from './commands/resume.ts'
import { decideSend } from './commands/send.ts'
import { decideCreate, firstCut, isSameSession, refuseUnbuiltKinds } from './create.ts'
import { folderOf, projectOf, removeScratch } from './folders.ts'
import type { Cut } from './ledger.ts'
import { recoverTogether } from './limits.ts'
import type { Needs } from './needs.ts'
import { gone, shuttingDown } from './problems.ts'
import { checkModel, readyProvider, refusalOf } from './providers.ts'
import { answerOf, hasStreamIn, olderThan, snapshotOf } from './reads.ts'
import { Registry } from './registry.ts'
import type { Command, Sessions } from './sessions.ts'

export interface SessionsRoom extends Sessions {
  /** Before anything is served: ends the turns that the last server left without an end. */
  recover(): Promise<void>
  /** Agents may finish for so long; then what still runs is marked interrupted, and every runtime is closed. */
  shutdown(graceMs: number): Promise<void>
}

/** Answers' statuses, as routes give them: kept with a command for its repetitions. */
const created = 201
const accepted = 202
const ok = 200

export function createSessions(needs: Needs): SessionsRoom {
  const registry = new Registry(needs)
  let isClosing = false

  const read = <T>(id: string, from: (cut: Cut) => T) => registry.use(id, async (owner) => from(owner.ledger.durable))
  const command = <T>(id: string, by: Command, status: number, decide: (owner: OwnerView) => Decision<T>) =>
    registry.use(id, (owner) => owner.perform(by, status, decide))
  const open = () => {
    if (isClosing) throw shuttingDown()
  }

  return {
    async create(body, by) {
      open()
      refuseUnbuiltKinds(body)
      const id = body.id ?? needs.newId('ses')
      let session: Session | undefined
      const make = async () => {
        const stored = await needs.store.sessions.get(id)
        if (stored === 'removed') throw gone()
        if (stored) return registry.load(id)
        const provider = await readyProvider(needs, body.provider)
        checkModel(provider, body.model ?? null)
        const project = await projectOf(needs, body.projectId)
        const cut = await firstCut(needs, id, body, provider, project)
        const owner = registry.newOwner(await needs.log.open(id), cut)
        session = await owner.perform(by, created, (view) => decideCreate(view, body, by.actor))
        return owner
      }
      return registry.create(id, make, async (owner) => {
        if (session) return { session, created: true }
        const same = await owner.perform(by, ok, (view) => {
          if (isSameSession(view.cut, body)) return { answer: ({ session }) => session }
          throw new ProblemError('session_id_collision', 'Another chat has this id: create this one under a new id.')
        })
        return { session: same, created: false }
      })
    },

    async list(query) {
      const { items, nextCursor } = await needs.store.sessions.list(query)
      return { items: [...items], nextCursor }
    },

    get: (id) => read(id, answerOf),
    older: (id, beforeLine) => read(id, (cut) => olderThan(cut, beforeLine)),
    queue: (id) => read(id, ({ state }) => state.queue),
    hasStream: (id, streamId) => read(id, (cut) => hasStreamIn(cut, streamId)),

    async snapshot(id) {
      try {
        return await read(id, snapshotOf)
      } catch (error) {
        if (error instanceof ProblemError && (error.code === 'not_found' || error.code === 'gone')) return null
        throw error
      }
    },

    async patch(id, body, ifMatch, by) {
      open()
      const { session, state } = await read(id, (cut) => cut)
      const provider = body.provider
        ? await readyProvider(needs, body.provider)
        : needs.runtimes.provider(session.provider)
      if (provider) checkModel(provider, body.model ?? null, body.provider ? [] : state.runtime.options)
      const project = await projectOf(needs, body.projectId)
      const cwd = body.projectId === undefined ? undefined : await folderOf(needs, id, project)
      return command(id, by, ok, (owner) => decidePatch(owner, body, ifMatch, { cwd, provider }))
    },

    async remove(id) {
      open()
      await registry.use(id, async (owner) => {
        try {
          await owner.remove()
          await needs.store.sessions.remove(id)
        } finally {
          registry.forget(id)
        }
        await removeScratch(needs, id)
      })
      needs.onRemoved(id)
    },

    async send(id, body, by) {
      open()
      const { session, state } = await read(id, (cut) => cut)
      const refusal = await refusalOf(needs, session.provider, session.model, state.runtime.options)
      return command(id, by, accepted, (owner) => decideSend(owner, body, by.actor, refusal))
    },

    async cancel(id, streamId, by) {
      return command(id, by, accepted, (owner) => decideCancel(owner, streamId, by.actor))
    },

    async resolvePermission(id, streamId, permissionId, body, by) {
      return command(id, by, ok, (owner) => decidePermission(owner, streamId, permissionId, body, by.actor))
    },

    async answerQuestion(id, streamId, questionId, answer, by) {
      return command(id, by, ok, (owner) => decideAnswer(owner, streamId, questionId, answer, by.actor))
    },

    async resumeQueue(id, by) {
      open()
      return command(id, by, ok, decideResume)
    },

    async recover() {
      const unfinished = await needs.store.sessions.unfinished()
      for (let start = 0; start < unfinished.length; start += recoverTogether) {
        const some = unfinished.slice(start, start + recoverTogether)
        await Promise.all(some.map(({ session }) => recoverOne(session.id)))
      }
    },

    async shutdown(graceMs) {
      isClosing = true
      await within(graceMs, Promise.all(registry.loaded.map((owner) => owner.finish())))
      await Promise.all(registry.loaded.map((owner) => owner.interrupt()))
      await needs.log.flush()
    },
  }

  /** One session that cannot be read does not keep the others from starting. */
  async function recoverOne(id: string): Promise<void> {
    try {
      await registry.use(id, async () => undefined)
    } catch (error) {
      needs.logger.error({ sessionId: id, err: error }, 'A session could not be recovered')
    }
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}
