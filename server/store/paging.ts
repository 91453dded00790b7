/** Cursors of lists, newest first: the time and id of the last row that was given, opaque to clients. */
import { ProblemError } from '../../shared/problems.ts'
import type { Paged } from './store.ts'

export interface Place {
  readonly at: string
  readonly id: string
}

/** Null: from the newest on. */
export function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const [at, id, ...more] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!at || !id || more.length > 0) throw new ProblemError('invalid_query', 'The cursor is not one of this list.')
  return { at, id }
}

/** `rows`: one more than `limit` where there are more. */
export function pageOf<Row extends Place & { readonly json: string }, T>(
  rows: readonly Row[],
  limit: number,
): Paged<T> {
  const given = rows.slice(0, limit)
  const last = given.at(-1)
  const nextCursor = last && rows.length > limit ? Buffer.from(`${last.at} ${last.id}`).toString('base64url') : null
  return { items: given.map((row) => JSON.parse(row.json) as T), nextCursor }
}
