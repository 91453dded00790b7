/**
 * What a person can do. Each takes the ids it acts on, explicitly: what is clicked in a card of A lands in A, whatever
 * is on screen by then. While it is under way and when it failed, `state.doings` says so under the thing's own name;
 * the promise tells the same to whoever waits for it, and never rejects.
 */
import type { FilePart } from '../../../shared/model.ts'
import type { Api } from '../net/api.ts'
import { doingOf } from '../state/doings.ts'
import type { Route } from '../state/pane.ts'
import type { State } from '../state/state.ts'
import { type Access, createAccess } from './access.ts'
import { createDeciding, type Deciding } from './deciding.ts'
import type { Drafting } from './drafting.ts'
import { createKeeping, type Keeping } from './keeping.ts'
import { createPerformer, type Outcome } from './perform.ts'
import { createQueueing, type Queueing } from './queueing.ts'
import { createSending, type Sending } from './sending.ts'

export type { NewProject } from './keeping.ts'
export type { Outcome } from './perform.ts'
export type { NewSession } from './sending.ts'

/**
 * Names of doings: `create` and `send/…` (Sending); `stop/…`, `permission/…`, `question/…`, `queue/…` (Deciding);
 * `queued/…` (Queueing); `row/…`, `older/…`, `project`, `provider/…` (Keeping); `login`. See `doingOf`.
 */
export interface Actions extends Sending, Deciding, Queueing, Keeping, Access {
  /** Trades a login code for a key, and begins the page with it. */
  login(code: string): Promise<Outcome>
  /** Changes what is on screen, and the address. */
  navigate(route: Route, options?: { replace?: boolean }): void
  /** At every change in a composer; `key`: a session id, or `new`. Saved after a pause in typing. */
  editDraft(key: string, text: string, files?: FilePart[]): void
  /** What is not saved yet is saved now: the composer lost focus, the page is hidden. */
  saveDrafts(): void
  /** The address of a session, in the clipboard. */
  copyLink(sessionId: string): Promise<Outcome>
  copyText(text: string): Promise<Outcome>
  /** Clears a failure that was read; `name` as in `doingOf`. */
  dismiss(name: string): void
  dismissNotice(id: string): void
  /** Loads the page anew: it is older than the server. */
  reload(): void
}

export interface ActionsParts {
  readonly state: State
  readonly api: Api
  readonly drafting: Drafting
  readonly navigate: Actions['navigate']
  /** There is a key now. */
  readonly onLogin: () => void
  /** Rejects where the browser does not allow it. */
  readonly writeClipboard: (text: string) => Promise<void>
  /** `https://host:port` of this page. */
  readonly origin: string
  readonly reload: () => void
  readonly onError: (error: unknown) => void
}

export function createActions(parts: ActionsParts): Actions {
  const { state, api, drafting, navigate } = parts
  const { doings, shelf, drafts } = state
  const performer = createPerformer(api, doings, parts.onError)

  const copyText = async (text: string): Promise<Outcome> => {
    try {
      await parts.writeClipboard(text)
      return { ok: true, value: undefined }
    } catch {
      // Browsers give the clipboard to secure pages and recent clicks only.
      return { ok: false, failure: { code: 'no_clipboard', detail: 'The browser did not allow copying.', more: {} } }
    }
  }

  return {
    ...createSending({ state, performer, drafting, navigate }),
    ...createDeciding(performer),
    ...createQueueing(api, performer, drafting),
    ...createKeeping(state, api, performer),
    ...createAccess(api, performer),
    login: (code) =>
      performer.perform(doingOf.login, async () => {
        await api.login(code.trim())
        parts.onLogin()
      }),
    navigate,
    editDraft: (key, text, files = drafts.get(key).files) => drafting.edit(key, { text, files }),
    saveDrafts: () => drafting.saveNow(),
    copyLink: (sessionId) => copyText(`${parts.origin}/session/${sessionId}`),
    copyText,
    dismiss: (name) => doings.end(name),
    dismissNotice: (id) => shelf.dismiss(id),
    reload: parts.reload,
  }
}
