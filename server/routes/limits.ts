/** Limits of the routes, each with its reason. */

/** A client that is over a limit and was not told otherwise comes back after this. */
export const retryAfterSeconds = 5

/** Rows of the first paint beside the waiting, running and pinned ones. */
export const newestSessions = 200
