/**
 * Drafts, by session id or `new`. The composer writes here at every key, somebody else saves; what comes from another
 * tab or device is shown unless there are hands on this composer: the last writer wins, but never under the writer's
 * hands.
 */
import type { Draft } from '../../../shared/model.ts'
import { handsOnMs } from './limits.ts'
import type { Key } from './observe.ts'

interface Entry {
  draft: Draft
  /** What the server has, as far as is known; null: not asked yet. */
  saved: Draft | null
  editedAt: number
}

export interface Drafts {
  get(key: string): Draft
  /** The composer's own: not told back to it. */
  edit(key: string, draft: Draft, now: number): void
  /** From the server. Ignored while there are hands on the composer. */
  receive(key: string, draft: Draft, now: number): void
  /** Sent: takes it out, and keeps what was typed since. */
  takeOut(key: string, sent: Draft): void
  /** What the server has not got, or null. */
  unsaved(key: string): Draft | null
  saved(key: string, draft: Draft): void
  isKnown(key: string): boolean
}

export const emptyDraft: Draft = { text: '', files: [] }

export function createDrafts(touch: (key: Key) => void): Drafts {
  const entries = new Map<string, Entry>()
  const entry = (key: string): Entry => {
    const known = entries.get(key)
    if (known) return known
    const fresh: Entry = { draft: emptyDraft, saved: null, editedAt: Number.NEGATIVE_INFINITY }
    entries.set(key, fresh)
    return fresh
  }
  const show = (key: string, held: Entry, draft: Draft) => {
    if (same(held.draft, draft)) return
    held.draft = draft
    touch(`draft:${key}`)
  }

  return {
    get: (key) => entries.get(key)?.draft ?? emptyDraft,
    edit(key, draft, now) {
      Object.assign(entry(key), { draft, editedAt: now })
    },
    receive(key, draft, now) {
      const held = entry(key)
      const handsOn = now - held.editedAt < handsOnMs || !same(held.draft, held.saved ?? emptyDraft)
      held.saved = draft
      if (!handsOn) show(key, held, draft)
    },
    takeOut(key, sent) {
      const held = entry(key)
      const text = held.draft.text.startsWith(sent.text) ? held.draft.text.slice(sent.text.length) : held.draft.text
      const sentFiles = new Set(sent.files.map(({ fileId }) => fileId))
      const files = held.draft.files.filter(({ fileId }) => !sentFiles.has(fileId))
      show(key, held, { text: text.trim() === '' ? '' : text, files })
    },
    unsaved(key) {
      const held = entries.get(key)
      return held && !same(held.draft, held.saved ?? emptyDraft) ? held.draft : null
    },
    saved(key, draft) {
      entry(key).saved = draft
    },
    isKnown: (key) => (entries.get(key)?.saved ?? null) !== null,
  }
}

function same(a: Draft, b: Draft): boolean {
  return (
    a.text === b.text &&
    a.files.length === b.files.length &&
    a.files.every(({ fileId }, index) => fileId === b.files[index]?.fileId)
  )
}
