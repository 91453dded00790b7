/** So long without a byte means that the connection is dead: the server pings every 15 s. */
export const silenceMs = 20_000
/** How long a ping that was asked for may take; also the age at which waking up gives up on an attempt. */
export const pingAnswerMs = 1_000
/** A connection that lasted so long was a good one: the next attempt after it is made at once. */
export const goodConnectionMs = 5_000
/** First wait between attempts; it doubles, with jitter, so that a thousand pages do not come back in one moment. */
export const firstBackoffMs = 250
export const longestBackoffMs = 15_000
/** A change of what is carried is a tiny request; one that takes longer is lost with its connection. */
export const changeTimeoutMs = 10_000

/** A page in the background is let run about once a minute: it is given up after three of those. */
export const heartbeatMs = 45_000
export const sweepMs = 60_000
export const staleTabMs = 200_000
/** A worker that does not answer for so long has ended. */
export const workerAnswerMs = 5_000

/** One try of an ordinary request; the slowest, a look at all providers, starts programs. */
export const requestTimeoutMs = 30_000
/** Waits between the tries of a request that was cut off; together they outlast a restart of the server. */
export const retryDelaysMs: readonly number[] = [200, 800, 2_000, 4_000]

/** Sessions that one connection carries: what the server takes, `maxWatchedSessions`. */
export const carriedAtMost = 256
