/**
 * Drafts, by session id or `new`. The composer writes here at every key, somebody else saves; what comes from another
 * tab or device is shown unless there are hands on this composer: the last writer wins, but never under the writer's
 * hands. Until the server has it, what was typed is also left where a reload of this tab finds it.
 */
import type { Draft } from '../../../shared/model.ts'
import {
  createDraftEntries,
  type Entry,
  emptyDraft,
  joined,
  type LeftOvers,
  same,
  withoutSent,
} from './draft-entries.ts'
import { handsOnMs } from './limits.ts'
import type { Key } from './observe.ts'

export interface Drafts {
  get(key: string): Draft
  /** The composer's own: not told back to it. */
  edit(key: string, draft: Draft, now: number): void
  /** From the server. Put aside while there are hands on the composer. */
  receive(key: string, draft: Draft, now: number): void
  /**
   * The server's answer to this tab, asked for when the draft had this version. What was typed before it came stands
   * after it; an answer older than what was typed knowing the draft says nothing.
   */
  opened(key: string, draft: Draft, version: number, now: number): void
  /** Some time after the last key: what was put aside shows, unless this writer was the last. */
  settle(key: string, now: number): void
  /** Sent: takes it out, and keeps what was typed since. */
  takeOut(key: string, sent: Draft): void
  /** Words that found no other place: behind what is typed, and shown at once. */
  giveBack(key: string, text: string): void
  /** What the server has not got, or null. */
  unsaved(key: string): Draft | null
  saved(key: string, draft: Draft): void
  /** There is nothing to keep it for any more: its session is gone. */
  giveUp(key: string): void
  unsavedKeys(): readonly string[]
  isKnown(key: string): boolean
  version(key: string): number
}

export function createDrafts(touch: (key: Key) => void, leftOvers?: LeftOvers): Drafts {
  const entries = createDraftEntries(leftOvers)
  const entry = entries.of
  /** Shown to the composer; `isOurs`: the server is to get it. */
  const show = (key: string, held: Entry, draft: Draft, isOurs: boolean) => {
    const isNew = !same(held.draft, draft)
    if (isOurs) entries.change(key, draft)
    else held.draft = draft
    if (isNew) touch(`draft:${key}`)
  }

  const settle = (key: string, held: Entry, now: number) => {
    if (!held.theirs || held.isDirty || now - held.editedAt < handsOnMs) return
    show(key, held, held.theirs, false)
    held.theirs = null
  }

  return {
    get: (key) => entries.known(key)?.draft ?? emptyDraft,
    edit(key, draft, now) {
      entry(key).editedAt = now
      entries.change(key, draft)
    },
    receive(key, draft, now) {
      const held = entry(key)
      held.isKnown = true
      held.theirs = draft
      settle(key, held, now)
    },
    opened(key, draft, version, now) {
      const held = entry(key)
      if (held.isKnown && held.version !== version) return
      if (held.isKnown || !held.isDirty) return this.receive(key, draft, now)
      held.isKnown = true
      show(key, held, joined(draft, held.draft), true)
    },
    settle(key, now) {
      settle(key, entry(key), now)
    },
    takeOut(key, sent) {
      const held = entry(key)
      show(key, held, withoutSent(held.draft, sent), true)
    },
    giveBack(key, text) {
      const held = entry(key)
      show(key, held, joined(held.draft, { text, files: [] }), true)
    },
    unsaved(key) {
      const held = entries.known(key)
      return held?.isDirty ? held.draft : null
    },
    saved(key, draft) {
      const held = entry(key)
      Object.assign(held, { isKnown: true, theirs: null })
      if (same(held.draft, draft)) entries.settled(key)
    },
    giveUp: entries.settled,
    unsavedKeys: entries.unsavedKeys,
    isKnown: (key) => entries.known(key)?.isKnown ?? false,
    version: (key) => entries.known(key)?.version ?? 0,
  }
}
