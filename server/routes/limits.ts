/** Limits of the routes, each with its reason. */

/** How long an answer is kept for a request that comes again: a day, so that a night's retry is still the same. */
export const idempotencyLifeMs = 24 * 60 * 60_000

/** A client that is over a limit and was not told otherwise comes back after this. */
export const retryAfterSeconds = 5

/** Rows of the first paint beside the waiting, running and pinned ones. */
export const newestSessions = 200
