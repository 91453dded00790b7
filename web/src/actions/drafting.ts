/** Keeps drafts on the server: after a pause in typing, one request at a time for each, until the newest is there. */
import type { Draft } from '../../../shared/model.ts'
import type { Api } from '../net/api.ts'
import { ApiProblem } from '../net/problem.ts'
import type { Drafts } from '../state/drafts.ts'
import { handsOnMs } from '../state/limits.ts'
import { draftPauseMs, draftRetryMs } from './limits.ts'

export interface Drafting {
  edit(key: string, draft: Draft): void
  takeOut(key: string, sent: Draft): void
  giveBack(key: string, text: string): void
  /** Fetches the draft of what is shown now; `anew`: even if it is known. */
  open(key: string, options?: { anew: boolean }): Promise<void>
  /** Without waiting for the pause; the requests outlive the page. */
  saveNow(): void
}

export interface DraftingParts {
  readonly api: Api
  readonly drafts: Drafts
  readonly now: () => number
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

export function createDrafting({ api, drafts, now, onError, signal }: DraftingParts): Drafting {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const settling = new Map<string, ReturnType<typeof setTimeout>>()
  const saving = new Set<string>()
  const pathOf = (key: string) => `/api/sessions/${key}/draft`

  const later = (key: string, delayMs: number) => {
    clearTimeout(timers.get(key))
    if (!signal.aborted)
      timers.set(
        key,
        setTimeout(() => void save(key), delayMs),
      )
  }

  const save = async (key: string) => {
    clearTimeout(timers.get(key))
    timers.delete(key)
    const draft = drafts.unsaved(key)
    if (!draft || saving.has(key)) return
    saving.add(key)
    try {
      await api.request('PUT', pathOf(key), { body: draft, keepalive: true })
      drafts.saved(key, draft)
      if (drafts.unsaved(key)) later(key, draftPauseMs)
    } catch (error) {
      // It stands in the composer all the same; it is only not yet safe from the end of this page.
      if (!(error instanceof ApiProblem)) onError(error)
      else if (!isFinal(error)) later(key, draftRetryMs)
    } finally {
      saving.delete(key)
    }
  }

  signal.addEventListener('abort', () => {
    for (const timer of [...timers.values(), ...settling.values()]) clearTimeout(timer)
  })

  return {
    edit(key, draft) {
      drafts.edit(key, draft, now())
      later(key, draftPauseMs)
      clearTimeout(settling.get(key))
      settling.set(
        key,
        setTimeout(() => drafts.settle(key, now()), handsOnMs),
      )
    },
    takeOut(key, sent) {
      drafts.takeOut(key, sent)
      later(key, 0)
    },
    giveBack(key, text) {
      drafts.giveBack(key, text)
      later(key, 0)
    },
    async open(key, { anew } = { anew: false }) {
      if (drafts.isKnown(key) && !anew) return
      try {
        drafts.receive(key, await api.request<Draft>('GET', pathOf(key)), now())
      } catch (error) {
        // Unknown session, or nobody there: the composer begins empty and the next visit asks again.
        if (!(error instanceof ApiProblem)) onError(error)
      }
    },
    saveNow() {
      for (const key of [...timers.keys()]) void save(key)
    },
  }
}

/** There is nothing to keep it for: no such session, or no key. */
function isFinal({ code }: ApiProblem): boolean {
  return ['not_found', 'gone', 'unauthorized', 'invalid_body', 'too_large'].includes(code)
}
