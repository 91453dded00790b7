/** Keeps drafts on the server: after a pause in typing, one request at a time for each, until the newest is there. */
import type { Draft } from '../../../shared/model.ts'
import type { Api } from '../net/api.ts'
import { ApiProblem } from '../net/problem.ts'
import type { Drafts } from '../state/drafts.ts'
import { handsOnMs } from '../state/limits.ts'
import { createKeyedTimers } from './keyed-timers.ts'
import { draftPauseMs, draftRetryMs } from './limits.ts'

export interface Drafting {
  edit(key: string, draft: Draft): void
  takeOut(key: string, sent: Draft): void
  giveBack(key: string, text: string): void
  /** Fetches the draft of what is shown now; `anew`: even if it is known. */
  open(key: string, options?: { anew: boolean }): Promise<void>
  /** Without waiting for the pause; the requests outlive the page. */
  saveNow(): void
  /** Saves what an earlier page, or a time without a key, has left over. */
  resume(): void
}

export interface DraftingParts {
  readonly api: Api
  readonly drafts: Drafts
  readonly now: () => number
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

export function createDrafting(parts: DraftingParts): Drafting {
  const { drafts, now, onError, signal } = parts
  const saves = createKeyedTimers(signal)
  const settles = createKeyedTimers(signal)
  const saving = new Set<string>()
  const { ask, put } = createRequests(parts)
  const later = (key: string, delayMs: number) => saves.set(key, delayMs, () => void save(key))

  /** `atOnce`: beside a save that is still under way; the page may not live to see its end. */
  const save = async (key: string, atOnce = false) => {
    saves.clear(key)
    if (!drafts.unsaved(key) || (saving.has(key) && !atOnce)) return
    saving.add(key)
    try {
      // What stands there is not written over unseen.
      if (!drafts.isKnown(key)) await ask(key)
      await put(key)
      if (drafts.unsaved(key)) later(key, draftPauseMs)
    } catch (error) {
      // It stands in the composer all the same; it is only not yet safe from the end of this tab.
      if (!(error instanceof ApiProblem)) onError(error)
      else if (isGone(error)) drafts.giveUp(key)
      else if (!isFinal(error)) later(key, draftRetryMs)
    } finally {
      saving.delete(key)
    }
  }

  return {
    edit(key, draft) {
      drafts.edit(key, draft, now())
      later(key, draftPauseMs)
      settles.set(key, handsOnMs, () => drafts.settle(key, now()))
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
      // What is being saved just now is the newest there is.
      if (drafts.isKnown(key) && (!anew || saving.has(key))) return
      try {
        await ask(key)
      } catch (error) {
        // Unknown session, or nobody there: the composer begins empty and the next visit asks again.
        if (!(error instanceof ApiProblem)) onError(error)
      }
    },
    saveNow() {
      for (const key of saves.keys()) void save(key, true)
    },
    resume() {
      for (const key of drafts.unsavedKeys()) later(key, 0)
    },
  }
}

function createRequests({ api, drafts, now }: DraftingParts) {
  const pathOf = (key: string) => `/api/sessions/${key}/draft`
  return {
    async ask(key: string) {
      const version = drafts.version(key)
      drafts.opened(key, await api.request<Draft>('GET', pathOf(key)), version, now())
    },
    async put(key: string) {
      const draft = drafts.unsaved(key)
      if (!draft) return
      await api.request('PUT', pathOf(key), { body: draft, keepalive: true })
      drafts.saved(key, draft)
    },
  }
}

/** There is nothing to keep it for. */
function isGone({ code }: ApiProblem): boolean {
  return code === 'not_found' || code === 'gone'
}

/** Asking again would not help: only a login, or other words. */
function isFinal({ code }: ApiProblem): boolean {
  return ['unauthorized', 'invalid_body', 'too_large'].includes(code)
}
