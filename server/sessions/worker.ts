/**
 * The runtime session behind one chat: none → opening → open → closing → none. Opened when a turn needs it, kept, closed
 * after twenty idle minutes or when the chat's provider or folder has changed, opened again by its token, else told the
 * transcript. Whatever one says after its closing began goes nowhere.
 */
import { mkdir, stat } from 'node:fs/promises'
import type { Session } from '../../shared/model.ts'
import type { OpenRequest, RuntimeSession } from '../runtimes/runtime.ts'
import { ownFailure } from './failures.ts'
import { scratchOf } from './folders.ts'
import { closePatienceMs, idleCloseMs } from './limits.ts'
import { type Needs, now } from './needs.ts'
import { isTokenFor, readToken, writeToken } from './tokens.ts'

/** What the chat wants to be answered by. */
export interface Want {
  readonly provider: string
  readonly model: string | null
  readonly options: Readonly<Record<string, string>>
  readonly cwd: string
}

export function wantOf({ provider, model, options, cwd }: Session): Want {
  return { provider, model, options, cwd }
}

export interface WorkerPort {
  onState: OpenRequest['onState']
  /** What was said before; asked for only by a runtime that cannot resume. */
  transcript(): string | null
  /** Nothing runs in it any more, and nothing waits to. */
  onGone(): void
}

interface Open {
  readonly runtime: RuntimeSession
  readonly runtimeId: string
  readonly provider: string
  readonly cwd: string
  model: string | null
  options: Readonly<Record<string, string>>
}

export class Worker {
  readonly #needs: Needs
  readonly #sessionId: string
  readonly #port: WorkerPort
  #open: Open | null = null
  #opening: { readonly abort: AbortController; readonly done: Promise<unknown> } | null = null
  #closing: Promise<void> | null = null
  /** Told apart by identity: what an older one says is dropped. */
  #generation: object | null = null
  #idleTimer: NodeJS.Timeout | undefined
  #token: string | null | undefined

  constructor(needs: Needs, sessionId: string, port: WorkerPort) {
    this.#needs = needs
    this.#sessionId = sessionId
    this.#port = port
  }

  /** There is nothing to start for such a turn. */
  isWarm(want: Want): boolean {
    return this.#open !== null && this.#closing === null && isFit(this.#open, want)
  }

  /** What is open, if anything, is what the chat wants. */
  isFit(want: Want): boolean {
    return this.#open === null || isFit(this.#open, want)
  }

  get isGone(): boolean {
    return this.#open === null && this.#opening === null && this.#closing === null
  }

  /** The model that the open runtime session is known to use. */
  get model(): string | null {
    return this.#open?.model ?? null
  }

  /** The runtime has told of its model by itself. */
  noteModel(model: string): void {
    if (this.#open) this.#open.model = model
  }

  /** Rejects with `RuntimeError`; on abort only after everything that was started has ended. */
  async ready(
    want: Want,
    runtimeId: string,
    signal: AbortSignal,
  ): Promise<{ runtime: RuntimeSession; isNew: boolean }> {
    clearTimeout(this.#idleTimer)
    if (this.#open && !isFit(this.#open, want)) await this.close()
    await this.#closing
    signal.throwIfAborted()
    if (!this.#open) return { runtime: await this.#begin(want, runtimeId, signal), isNew: true }
    await this.#adjust(this.#open, want)
    return { runtime: this.#open.runtime, isNew: false }
  }

  /** A turn is over: the runtime waits for the next one, but not for ever. */
  rest(): void {
    clearTimeout(this.#idleTimer)
    if (!this.#open) return
    this.#idleTimer = setTimeout(() => void this.close(), idleCloseMs).unref()
    void this.saveToken(this.#open.runtime.resumeToken)
  }

  /** Ends it with its whole tree; resolves when nothing of it is alive. */
  close(): Promise<void> {
    clearTimeout(this.#idleTimer)
    if (this.#closing) return this.#closing
    if (this.isGone) return Promise.resolve()
    this.#closing = this.#end().finally(() => {
      this.#closing = null
      this.#port.onGone()
    })
    return this.#closing
  }

  /** Kept for the next opening; only what is known to fit is taken up again. */
  async saveToken(token: string | null): Promise<void> {
    const open = this.#open
    if (!open || token === this.#token) return
    this.#token = token
    await this.#write('keep the resume token', () =>
      this.#needs.store.sessions.setResumeToken(this.#sessionId, token && writeToken({ ...open, token })),
    )
  }

  async #begin(want: Want, runtimeId: string, signal: AbortSignal): Promise<RuntimeSession> {
    const abort = new AbortController()
    const work = this.#start(want, runtimeId, AbortSignal.any([signal, abort.signal]))
    // `close` waits for the opening whichever way it ends; why it failed is told to the turn that asked.
    const opening = { abort, done: work.then(ignore, ignore) }
    this.#opening = opening
    try {
      return await work
    } finally {
      if (this.#opening === opening) this.#opening = null
    }
  }

  async #start(want: Want, runtimeId: string, signal: AbortSignal): Promise<RuntimeSession> {
    const generation = {}
    this.#generation = generation
    try {
      const runtime = await this.#openRuntime(want, runtimeId, generation, signal)
      if (this.#generation !== generation) {
        await runtime.close()
        throw new DOMException('The runtime was closed while it opened.', 'AbortError')
      }
      const { provider, cwd, options } = want
      this.#open = { runtime, runtimeId, provider, cwd, model: runtime.model, options }
      void this.#watch(this.#open)
      void this.saveToken(runtime.resumeToken)
      return runtime
    } catch (error) {
      await this.#forgetProcesses(runtimeId)
      throw error
    }
  }

  async #openRuntime(want: Want, runtimeId: string, generation: object, signal: AbortSignal): Promise<RuntimeSession> {
    const { store, runtimes } = this.#needs
    await this.#prepareFolder(want.cwd)
    const kept = readToken(await store.sessions.resumeToken(this.#sessionId))
    signal.throwIfAborted()
    return runtimes.open({
      runtimeId,
      sessionId: this.#sessionId,
      provider: want.provider,
      model: want.model,
      options: want.options,
      cwd: want.cwd,
      resumeToken: kept && isTokenFor(kept, want) ? kept.token : null,
      transcript: () => this.#port.transcript(),
      onState: (update) => {
        if (this.#generation === generation) this.#port.onState(update)
      },
      onProcess: (process) => void this.#rememberProcess(runtimeId, process),
      signal,
    })
  }

  async #prepareFolder(cwd: string): Promise<void> {
    if (cwd === scratchOf(this.#needs, this.#sessionId)) await mkdir(cwd, { recursive: true, mode: 0o700 })
    const isFolder = await stat(cwd).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isFolder) throw ownFailure('refused', 'The folder of this chat’s project is gone.', 'It was moved or removed.')
  }

  /** Model and options of the next turn, in the runtime that is open. */
  async #adjust(open: Open, want: Want): Promise<void> {
    if (want.model !== null && want.model !== open.model) {
      await open.runtime.setModel(want.model)
      open.model = want.model
    }
    for (const [id, value] of Object.entries(want.options)) {
      if (open.options[id] === value) continue
      await open.runtime.setOption(id, value)
      open.options = { ...open.options, [id]: value }
    }
  }

  /** One that ends by itself is closed as well, for what it left running; the next send opens another. */
  async #watch(open: Open): Promise<void> {
    const end = await open.runtime.closed
    if (this.#open !== open || this.#closing) return
    this.#needs.logger.info({ sessionId: this.#sessionId, how: end.how, detail: end.detail }, 'A runtime has gone')
    await this.close()
  }

  async #end(): Promise<void> {
    this.#generation = null
    const opening = this.#opening
    opening?.abort.abort()
    if (opening) await this.#inTime(opening.done)
    const open = this.#open
    if (!open) return
    const hasEnded = await this.#inTime(open.runtime.close())
    this.#open = null
    if (hasEnded) await this.#forgetProcesses(open.runtimeId)
  }

  /** Ending must end: what outlives every signal is said, and left to the reaper of the next start. False: it does. */
  async #inTime(ending: Promise<unknown>): Promise<boolean> {
    const { logger } = this.#needs
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        logger.error({ sessionId: this.#sessionId }, 'A runtime could not be ended in time')
        resolve(false)
      }, closePatienceMs)
    })
    const ended = ending.then(
      () => true,
      (error: unknown) => {
        logger.error({ sessionId: this.#sessionId, err: error }, 'A runtime failed while it was ended')
        return false
      },
    )
    const hasEnded = await Promise.race([ended, late])
    clearTimeout(timer)
    return hasEnded
  }

  #rememberProcess(runtimeId: string, { pid, startTime }: { pid: number; startTime: string }): Promise<void> {
    const startedAt = now(this.#needs)
    return this.#write('remember a process', () =>
      this.#needs.store.processes.put({ runtimeId, sessionId: this.#sessionId, pid, startTime, startedAt }),
    )
  }

  #forgetProcesses(runtimeId: string): Promise<void> {
    return this.#write('forget a process', () => this.#needs.store.processes.remove(runtimeId))
  }

  /** Notes beside the log: without one a start has more to look after, but nothing is lost. */
  async #write(doing: string, write: () => Promise<void>): Promise<void> {
    try {
      await write()
    } catch (error) {
      this.#needs.logger.error({ sessionId: this.#sessionId, err: error }, `Could not ${doing}`)
    }
  }
}

const isFit = (open: Open, want: Want) => open.provider === want.provider && open.cwd === want.cwd
const ignore = () => undefined
