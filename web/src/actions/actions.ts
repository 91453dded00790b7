/**
 * What a person can do. Each takes the ids it acts on, explicitly: what is clicked in a card of A lands in A, whatever
 * is on screen by then. While it is under way and when it failed, `state.doings` says so under the thing's own name;
 * the promise tells the same to whoever waits for it, and never rejects.
 */
import type { Answer, FilePart, Permission, Project, Question, Session, Settings } from '../../../shared/model.ts'
import type { Failure } from '../state/doings.ts'
import type { Route } from '../state/pane.ts'

export type Outcome<Value = void> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

export interface NewSession {
  readonly provider: string
  readonly model: string | null
  readonly projectId: string | null
  readonly text: string
  readonly files?: FilePart[]
  readonly options?: Record<string, string>
}
export interface NewProject {
  readonly name: string
  readonly cwd: string | null
}

export interface Actions {
  /** Trades a login code for a key, and starts the page with it. Doing `login`. */
  login(code: string): Promise<Outcome>
  /** Changes what is on screen, and the address. */
  navigate(route: Route, options?: { replace?: boolean }): void
  /** Creates a chat, starts its first turn, opens it. The text stays in the draft `new` until it is accepted. Doing `create`. */
  newSession(wish: NewSession): Promise<Outcome<Session>>
  /** Sends the draft of a session; queued if it is busy. The text stays in the composer until it is accepted. Doing `send/…`. */
  send(sessionId: string): Promise<Outcome>
  /** Stops that very stream, or takes a queued one out. Doing `stop/…`. */
  stop(sessionId: string, streamId: string): Promise<Outcome>
  /** Doing `permission/…`. Resolved elsewhere meanwhile: fails with `already_resolved`, `more` says by whom. */
  resolvePermission(
    permission: Permission,
    optionId: string,
    extra?: { scope?: 'once' | 'session' | 'always'; reason?: string },
  ): Promise<Outcome>
  /** Doing `question/…`. */
  answerQuestion(question: Question, answer: Answer): Promise<Outcome>
  /** These five: doing `row/…`. */
  rename(sessionId: string, title: string): Promise<Outcome>
  pin(sessionId: string, pinned: boolean): Promise<Outcome>
  archive(sessionId: string, archived: boolean): Promise<Outcome>
  remove(sessionId: string): Promise<Outcome>
  /** Takes effect from the next turn on. */
  setProvider(sessionId: string, provider: string, model: string | null): Promise<Outcome>
  setModel(sessionId: string, model: string | null): Promise<Outcome>
  setOption(sessionId: string, optionId: string, value: string): Promise<Outcome>
  /** All up to here was seen. Nothing is shown of it, nor of its failure: the next look does it again. */
  markRead(sessionId: string, readSeq: number): Promise<Outcome>
  /** Doing `project`. */
  createProject(wish: NewProject): Promise<Outcome<Project>>
  /** Shown at once, taken back if refused. Doing `settings`. */
  patchSettings(patch: Partial<Settings>): Promise<Outcome>
  /** The page of messages before those shown; nothing if there is none, or one is on its way. Doing `older/…`. */
  loadOlder(sessionId: string): Promise<Outcome>
  /** A queue that waits after a stop or an error goes on. Doing `queue/…`. */
  resumeQueue(sessionId: string): Promise<Outcome>
  /** Looks again whether a provider is there. Doing `provider/…`. */
  refreshProvider(providerId: string): Promise<Outcome>
  /** At every change in a composer, `key`: a session id or `new`. Saved after a pause in typing. */
  editDraft(key: string, text: string, files?: FilePart[]): void
  /** What is not saved yet is saved now: the composer lost focus, the page is hidden. */
  saveDrafts(): void
  /** The address of a session, in the clipboard. */
  copyLink(sessionId: string): Promise<Outcome>
  copyText(text: string): Promise<Outcome>
  /** Clears a failure that was read. */
  dismiss(doing: string): void
  dismissNotice(id: string): void
  /** Loads the page anew: it is older than the server. */
  reload(): void
}
