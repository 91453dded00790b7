/** Limits of the hub, each with its reason. */

/** Unsent bytes of a response beyond which it is passed over until its reader has caught up: DESIGN.md's bound. */
export const unsentBytes = 64 * 1024

/** Recent frames of a session that is watched, from which a reader that was passed over catches up without the log. */
export const ringBytes = 256 * 1024
export const ringFrames = 1_024

/** A reader that has been in step and is now this far behind gets a snapshot: it is smaller than what it missed. */
export const outrunEvents = 20_000

/** Proxies cut what is silent for a minute, clients give up after 20 s (API.md). */
export const pingMs = 15_000

/** Rows of one session on the feed come no faster: people cannot read more. */
export const rowIntervalMs = 250

/** Changed rows that are remembered for cursors; older cursors get a reset. */
export const feedRows = 10_000

export const watchedSessions = 256

/** Open responses, in all and of one key, where nothing else is configured (SECURITY.md 11). */
export const maxStreams = 200
export const maxStreamsPerKey = 20

/** What a client over the cap is told to wait: about as long as a page takes to give its streams back. */
export const retryAfterSeconds = 5

/** A place that was admitted and never used is free again after this. */
export const reservationMs = 10_000

/** A response that is to end, and whose reader does not read, is cut off after this. */
export const endingMs = 500
