/**
 * The owners in memory: never two of one session at once. One is loaded when it is asked for, kept while anything runs
 * or waits in it, and forgotten (the longest unused first) when it rests. One whose log failed is given up and loaded
 * anew when its runtime is gone.
 */
import type { SessionLog } from '../log/log.ts'
import type { Cut } from './ledger.ts'
import { maxRestingOwners, reopenAfterMs } from './limits.ts'
import { load } from './load.ts'
import type { Needs } from './needs.ts'
import { Owner } from './owner.ts'

export class Registry {
  readonly #needs: Needs
  /** In the order of use. A promise from the moment the session is asked for, so that two callers share one owner. */
  readonly #owners = new Map<string, Promise<Owner>>()
  readonly #loaded = new Map<string, Owner>()
  /** How many work with a session now, by its id. */
  readonly #users = new Map<string, number>()
  /** Sessions that were given up and have their time to be opened again. */
  readonly #reopening = new Set<string>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  get loaded(): readonly Owner[] {
    return [...this.#loaded.values()]
  }

  /** Resolves when every owner that has been asked for until now is loaded, or cannot be. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#owners.values())
  }

  /** Works with the session's owner, which stays in memory meanwhile. */
  use<T>(id: string, work: (owner: Owner) => Promise<T>): Promise<T> {
    return this.#hold(id, async () => work(await this.#sound(id)))
  }

  /** Works with a new session's owner. Whoever asks for it meanwhile waits; if it is there already, `make` is not called. */
  create<T>(id: string, make: () => Promise<Owner>, work: (owner: Owner) => Promise<T>): Promise<T> {
    return this.#hold(id, async () => work(await (this.#owners.has(id) ? this.#sound(id) : this.#keep(id, make))))
  }

  newOwner(log: SessionLog, cut: Cut): Owner {
    const { id } = cut.session
    return new Owner(this.#needs, log, cut, {
      onRest: () => this.#forgetResting(),
      onFailed: () => this.#reopenLater(id),
    })
  }

  /** Loads an owner of a session that is stored, and ends what nobody runs any more. */
  async load(id: string): Promise<Owner> {
    const { log, cut } = await load(this.#needs, id)
    const owner = this.newOwner(log, cut)
    // A log that cannot be written is told to whoever wants to write; reading goes on.
    await owner.heal().catch(() => owner.ledger.problem)
    return owner
  }

  forget(id: string): void {
    this.#owners.delete(id)
    this.#loaded.delete(id)
  }

  async #sound(id: string): Promise<Owner> {
    const kept = this.#owners.get(id)
    if (!kept) return this.#keep(id, () => this.load(id))
    this.#owners.delete(id)
    this.#owners.set(id, kept)
    const owner = await kept
    if (!owner.ledger.problem) return owner
    await owner.interrupt()
    if (this.#owners.get(id) === kept) this.forget(id)
    return this.#sound(id)
  }

  #keep(id: string, make: () => Promise<Owner>): Promise<Owner> {
    const kept = make().then(
      (owner) => {
        this.#loaded.set(id, owner)
        return owner
      },
      (error: unknown) => {
        this.#owners.delete(id)
        throw error
      },
    )
    this.#owners.set(id, kept)
    return kept
  }

  /** What the log says still runs is ended as soon as the disk lets us, also if nobody asks; else again a while later. */
  #reopenLater(id: string): void {
    if (this.#reopening.has(id)) return
    this.#reopening.add(id)
    const timer = setTimeout(() => {
      this.#reopening.delete(id)
      void this.#reopen(id)
    }, reopenAfterMs)
    timer.unref()
  }

  async #reopen(id: string): Promise<void> {
    try {
      await this.use(id, async (owner) => owner.ledger.problem)
    } catch (error) {
      this.#needs.logger.warn({ sessionId: id, err: error }, 'A session that was given up could not be opened again')
    }
  }

  async #hold<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.#users.set(id, (this.#users.get(id) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (this.#users.get(id) ?? 1) - 1
      if (left > 0) this.#users.set(id, left)
      else this.#users.delete(id)
      this.#forgetResting()
    }
  }

  #forgetResting(): void {
    const resting = [...this.#owners.keys()].filter((id) => !this.#users.has(id) && this.#loaded.get(id)?.isResting)
    for (const id of resting.slice(0, Math.max(0, resting.length - maxRestingOwners))) this.forget(id)
  }
}
