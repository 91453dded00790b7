/** Opens the room: every command and question goes to the one owner of its session. */
import type { CreateSession, OlderMessages, Page, SendAnswer, SessionAnswer } from '../../shared/api.ts'
import type { Permission, Question, Queue, Session } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { Snapshot } from '../../shared/state.ts'
import type { SessionQuery } from '../store/store.ts'
import { decideAnswer, decidePermission } from './commands/answer.ts'
import { type CancelAnswer, decideCancel } from './commands/cancel.ts'
import type { Decision, OwnerView } from './commands/decision.ts'
import { decidePatch } from './commands/patch.ts'
import { decideEdit, decideSendNow, decideTakeOut } from './commands/queued.ts'
import { decideResume } from './commands/resume.ts'
import { decideSend } from './commands/send.ts'
import { decideCreate, firstCut, isSameSession, refuseUnbuiltKinds } from './create.ts'
import { folderOf, projectOf, removeScratch } from './folders.ts'
import type { Cut } from './ledger.ts'
import { recoverTogether } from './limits.ts'
import type { Needs } from './needs.ts'
import type { Owner } from './owner.ts'
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

export function createSessions(needs: Needs): SessionsRoom {
  return new Room(needs)
}

/** What a command takes, as the port has it. */
type Arguments<Name extends keyof Sessions> = Parameters<Sessions[Name]>

/** Answers' statuses, as routes give them: kept with a command for its repetitions. */
const created = 201
const accepted = 202
const ok = 200

class Room implements SessionsRoom {
  readonly #needs: Needs
  readonly #registry: Registry
  #isClosing = false

  constructor(needs: Needs) {
    this.#needs = needs
    this.#registry = new Registry(needs)
  }

  async create(body: CreateSession, by: Command): Promise<{ session: Session; created: boolean }> {
    this.#mustBeOpen()
    refuseUnbuiltKinds(body)
    const id = body.id ?? this.#needs.newId('ses')
    let fresh: Session | undefined
    const make = async () => {
      const stored = await this.#needs.store.sessions.get(id)
      if (stored === 'removed') throw gone()
      if (stored) return this.#registry.load(id)
      const { owner, session } = await this.#begin(id, body, by)
      fresh = session
      return owner
    }
    return this.#registry.create(id, make, async (owner) => {
      if (fresh) return { session: fresh, created: true }
      const session = await owner.perform(by, ok, (view) => {
        if (isSameSession(view.cut, body)) return { answer: (cut) => cut.session }
        throw new ProblemError('session_id_collision', 'Another chat has this id: create this one under a new id.')
      })
      return { session, created: false }
    })
  }

  async list(query: SessionQuery): Promise<Page<Session>> {
    const { items, nextCursor } = await this.#needs.store.sessions.list(query)
    return { items: [...items], nextCursor }
  }

  get(id: string): Promise<SessionAnswer> {
    return this.#read(id, answerOf)
  }

  older(id: string, beforeLine: number): Promise<OlderMessages> {
    return this.#read(id, (cut) => olderThan(cut, beforeLine))
  }

  queue(id: string): Promise<Queue> {
    return this.#read(id, ({ state }) => state.queue)
  }

  hasStream(id: string, streamId: string): Promise<boolean> {
    return this.#read(id, (cut) => hasStreamIn(cut, streamId))
  }

  async snapshot(id: string): Promise<Snapshot | null> {
    try {
      return await this.#read(id, snapshotOf)
    } catch (error) {
      if (error instanceof ProblemError && (error.code === 'not_found' || error.code === 'gone')) return null
      throw error
    }
  }

  async patch(...[id, body, ifMatch, by]: Arguments<'patch'>): Promise<Session> {
    this.#mustBeOpen()
    const needs = this.#needs
    const { session, state } = await this.#read(id, (cut) => cut)
    const provider = body.provider
      ? await readyProvider(needs, body.provider)
      : needs.runtimes.provider(session.provider)
    if (provider) checkModel(provider, body.model ?? null, body.provider ? [] : state.runtime.options)
    const project = await projectOf(needs, body.projectId)
    const cwd = body.projectId === undefined ? undefined : await folderOf(needs, id, project)
    return this.#command(id, by, ok, (owner) => decidePatch(owner, body, ifMatch, { cwd, provider }))
  }

  async remove(id: string): Promise<void> {
    this.#mustBeOpen()
    await this.#registry.use(id, async (owner) => {
      try {
        await owner.remove()
        await this.#needs.store.sessions.remove(id)
      } finally {
        this.#registry.forget(id)
      }
      await removeScratch(this.#needs, id)
    })
    this.#needs.onRemoved(id)
  }

  async send(...[id, body, by]: Arguments<'send'>): Promise<SendAnswer> {
    this.#mustBeOpen()
    const refusal = await this.#refusal(id)
    return this.#command(id, by, accepted, (owner) => decideSend(owner, body, by.actor, refusal))
  }

  cancel(...[id, streamId, by]: Arguments<'cancel'>): Promise<CancelAnswer> {
    return this.#command(id, by, accepted, (owner) => decideCancel(owner, streamId, by.actor))
  }

  resolvePermission(...[id, streamId, asked, body, by]: Arguments<'resolvePermission'>): Promise<Permission> {
    return this.#command(id, by, ok, (owner) => decidePermission(owner, streamId, asked, body, by.actor))
  }

  answerQuestion(...[id, streamId, asked, answer, by]: Arguments<'answerQuestion'>): Promise<Question> {
    return this.#command(id, by, ok, (owner) => decideAnswer(owner, streamId, asked, answer, by.actor))
  }

  editQueued(...[id, messageId, body, by]: Arguments<'editQueued'>): Promise<Queue> {
    return this.#command(id, by, ok, (owner) => decideEdit(owner, messageId, body))
  }

  takeOut(...[id, messageId, by]: Arguments<'takeOut'>): Promise<Queue> {
    return this.#command(id, by, ok, (owner) => decideTakeOut(owner, messageId))
  }

  async sendNow(...[id, messageId, by]: Arguments<'sendNow'>): Promise<SendAnswer> {
    this.#mustBeOpen()
    const refusal = await this.#refusal(id)
    return this.#command(id, by, accepted, (owner) => decideSendNow(owner, messageId, by.actor, refusal))
  }

  async resumeQueue(id: string, by: Command): Promise<Queue> {
    this.#mustBeOpen()
    return this.#command(id, by, ok, decideResume)
  }

  async recover(): Promise<void> {
    const unfinished = await this.#needs.store.sessions.unfinished()
    for (let start = 0; start < unfinished.length; start += recoverTogether) {
      const some = unfinished.slice(start, start + recoverTogether)
      await Promise.all(some.map(({ session }) => this.#recoverOne(session.id)))
    }
  }

  async shutdown(graceMs: number): Promise<void> {
    this.#isClosing = true
    await within(
      graceMs,
      this.#registry.settled().then(() => Promise.all(this.#registry.loaded.map((owner) => owner.finish()))),
    )
    await Promise.all(this.#registry.loaded.map((owner) => owner.interrupt()))
    await this.#needs.log.flush()
  }

  #mustBeOpen(): void {
    if (this.#isClosing) throw shuttingDown()
  }

  /** Why nobody could answer in this chat now. */
  async #refusal(id: string): Promise<ProblemError | null> {
    const { session, state } = await this.#read(id, (cut) => cut)
    return refusalOf(this.#needs, session.provider, session.model, state.runtime.options)
  }

  #read<T>(id: string, from: (cut: Cut) => T): Promise<T> {
    return this.#registry.use(id, async (owner) => from(owner.ledger.durable))
  }

  #command<T>(id: string, by: Command, status: number, decide: (owner: OwnerView) => Decision<T>): Promise<T> {
    return this.#registry.use(id, (owner) => owner.perform(by, status, decide))
  }

  async #begin(id: string, body: CreateSession, by: Command): Promise<{ owner: Owner; session: Session }> {
    const provider = await readyProvider(this.#needs, body.provider)
    checkModel(provider, body.model ?? null)
    const project = await projectOf(this.#needs, body.projectId)
    const cut = await firstCut(this.#needs, id, body, provider, project)
    const owner = this.#registry.newOwner(await this.#needs.log.open(id), cut)
    const session = await owner.perform(by, created, (view) => {
      // Looking for its provider and folder takes a while.
      this.#mustBeOpen()
      return decideCreate(view, body, by.actor)
    })
    return { owner, session }
  }

  /** One session that cannot be read does not keep the others from starting. */
  async #recoverOne(id: string): Promise<void> {
    try {
      await this.#registry.use(id, async () => undefined)
    } catch (error) {
      this.#needs.logger.error({ sessionId: id, err: error }, 'A session could not be recovered')
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
