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
  /** Changed here since the server last got it. */
  isDirty: boolean
  /** The server has been asked for it, or has told of it. */
  isKnown: boolean
  /** What came from elsewhere while there were hands on it. */
  theirs: Draft | null
  editedAt: number
}

export interface Drafts {
  get(key: string): Draft
  /** The composer's own: not told back to it. */
  edit(key: string, draft: Draft, now: number): void
  /** From the server. Put aside while there are hands on the composer. */
  receive(key: string, draft: Draft, now: number): void
  /** Some time after the last key: what was put aside shows, unless this writer was the last. */
  settle(key: string, now: number): void
  /** Sent: takes it out, and keeps what was typed since. */
  takeOut(key: string, sent: Draft): void
  /** Words that found no other place: behind what is typed, and shown at once. */
  giveBack(key: string, text: string): void
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
    const editedAt = Number.NEGATIVE_INFINITY
    const fresh: Entry = { draft: emptyDraft, isDirty: false, isKnown: false, theirs: null, editedAt }
    entries.set(key, fresh)
    return fresh
  }
  const show = (key: string, held: Entry, draft: Draft) => {
    if (same(held.draft, draft)) return
    held.draft = draft
    touch(`draft:${key}`)
  }

  const settle = (key: string, held: Entry, now: number) => {
    if (!held.theirs || held.isDirty || now - held.editedAt < handsOnMs) return
    show(key, held, held.theirs)
    held.theirs = null
  }

  return {
    get: (key) => entries.get(key)?.draft ?? emptyDraft,
    edit(key, draft, now) {
      Object.assign(entry(key), { draft, isDirty: true, editedAt: now })
    },
    receive(key, draft, now) {
      const held = entry(key)
      held.isKnown = true
      held.theirs = draft
      settle(key, held, now)
    },
    settle(key, now) {
      settle(key, entry(key), now)
    },
    takeOut(key, sent) {
      const held = entry(key)
      const text = held.draft.text.startsWith(sent.text) ? held.draft.text.slice(sent.text.length) : held.draft.text
      const sentFiles = new Set(sent.files.map(({ fileId }) => fileId))
      const files = held.draft.files.filter(({ fileId }) => !sentFiles.has(fileId))
      held.isDirty = true
      show(key, held, { text: text.trim() === '' ? '' : text, files })
    },
    giveBack(key, text) {
      const held = entry(key)
      held.isDirty = true
      const typed = held.draft.text.trimEnd()
      show(key, held, { ...held.draft, text: typed === '' ? text : `${typed}\n\n${text}` })
    },
    unsaved(key) {
      const held = entries.get(key)
      return held?.isDirty ? held.draft : null
    },
    saved(key, draft) {
      Object.assign(entry(key), { isDirty: !same(entry(key).draft, draft), isKnown: true, theirs: null })
    },
    isKnown: (key) => entries.get(key)?.isKnown ?? false,
  }
}

function same(a: Draft, b: Draft): boolean {
  return (
    a.text === b.text &&
    a.files.length === b.files.length &&
    a.files.every(({ fileId }, index) => fileId === b.files[index]?.fileId)
  )
}
