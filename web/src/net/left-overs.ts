/**
 * What was typed and is not saved yet, in this tab's own storage: a reload half a second after the last key, or while the
 * server is away, loses nothing. It is empty whenever all is saved.
 */
import type { Draft } from '../../../shared/model.ts'

const prefix = 'unsaved draft '

interface LeftOver {
  readonly draft: Draft
  readonly isKnown: boolean
}

/** `storage` throws where the browser gives a page none. */
export function createLeftOvers(storage: () => Storage, onError: (error: unknown) => void) {
  const attempt = <Value>(use: (own: Storage) => Value, otherwise: Value): Value => {
    try {
      return use(storage())
    } catch (error) {
      // Storage that is refused or full: drafts are then only as safe as their last save.
      if (!(error instanceof DOMException)) onError(error)
      return otherwise
    }
  }
  return {
    load: (): (readonly [string, LeftOver])[] =>
      attempt((own) => {
        const names = Object.keys(own).filter((name) => name.startsWith(prefix))
        return names.map(
          (name) => [name.slice(prefix.length), JSON.parse(own.getItem(name) ?? '') as LeftOver] as const,
        )
      }, []),
    put: (key: string, leftOver: LeftOver) =>
      attempt((own) => own.setItem(prefix + key, JSON.stringify(leftOver)), undefined),
    remove: (key: string) => attempt((own) => own.removeItem(prefix + key), undefined),
  }
}
