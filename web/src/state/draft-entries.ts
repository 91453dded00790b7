/** What is known of each draft, and where the unsaved ones outlive a reload of this tab. */
import type { Draft } from '../../../shared/model.ts'

export interface Entry {
  draft: Draft
  /** Changed here since the server last got it. */
  isDirty: boolean
  /** The server has been asked for it, or has told of it. */
  isKnown: boolean
  /** What came from elsewhere while there were hands on it. */
  theirs: Draft | null
  editedAt: number
  /** Grows with every change made here, so that an answer asked for before it is known to be old. */
  version: number
}

/** `isKnown`: it was typed knowing what the server had. */
export interface LeftOver {
  readonly draft: Draft
  readonly isKnown: boolean
}

/** Outlives a reload of this tab, and holds only what the server has not got. */
export interface LeftOvers {
  load(): Iterable<readonly [key: string, leftOver: LeftOver]>
  put(key: string, leftOver: LeftOver): void
  remove(key: string): void
}

export const emptyDraft: Draft = { text: '', files: [] }

export function createDraftEntries(leftOvers?: LeftOvers) {
  const entries = new Map<string, Entry>()
  const of = (key: string): Entry => {
    const known = entries.get(key)
    if (known) return known
    const editedAt = Number.NEGATIVE_INFINITY
    const fresh: Entry = { draft: emptyDraft, isDirty: false, isKnown: false, theirs: null, editedAt, version: 0 }
    entries.set(key, fresh)
    return fresh
  }
  for (const [key, leftOver] of leftOvers?.load() ?? []) Object.assign(of(key), leftOver, { isDirty: true })

  return {
    of,
    known: (key: string) => entries.get(key),
    unsavedKeys: () => [...entries].filter(([, { isDirty }]) => isDirty).map(([key]) => key),
    /** Here: the server is to get it. */
    change(key: string, draft: Draft) {
      const held = of(key)
      Object.assign(held, { draft, isDirty: true, version: held.version + 1 })
      leftOvers?.put(key, { draft, isKnown: held.isKnown })
    },
    /** The server has it, or never will. */
    settled(key: string) {
      of(key).isDirty = false
      leftOvers?.remove(key)
    },
  }
}

/** What stood there comes first, unless what was typed goes on from it. */
export function joined(before: Draft, typed: Draft): Draft {
  const texts = typed.text.startsWith(before.text) ? [typed.text] : [before.text, typed.text]
  const fileIds = new Set(typed.files.map(({ fileId }) => fileId))
  return {
    text: texts.filter((text) => text.trim() !== '').join('\n\n'),
    files: [...before.files.filter(({ fileId }) => !fileIds.has(fileId)), ...typed.files],
  }
}

/** What was typed and added since it was sent. */
export function withoutSent(draft: Draft, sent: Draft): Draft {
  const text = draft.text.startsWith(sent.text) ? draft.text.slice(sent.text.length) : draft.text
  const sentFiles = new Set(sent.files.map(({ fileId }) => fileId))
  const files = draft.files.filter(({ fileId }) => !sentFiles.has(fileId))
  return { text: text.trim() === '' ? '' : text, files }
}

export function same(a: Draft, b: Draft): boolean {
  return (
    a.text === b.text &&
    a.files.length === b.files.length &&
    a.files.every(({ fileId }, index) => fileId === b.files[index]?.fileId)
  )
}
