/** Limits of the gate, the keys and the request listener, each with its reason. */

/** A body of JSON: the longest prompt (512 Ki characters) fits as UTF-8 of a usual text. */
export const maxBodyBytes = 1024 * 1024

/** To send a whole request: time for a phone on a bad line, too short to hold connections open for nothing. */
export const requestTimeoutMs = 30_000

/** Node looks for overdue requests this often: the limit is kept to within a second. */
export const timeoutCheckMs = 1_000

/** Longer than the minute after which proxies let an idle connection go: so it is they who end it, never in mid-request. */
export const keepAliveMs = 65_000

/** A login code lives long enough to be carried to another device, not longer. */
export const loginCodeLifeMs = 10 * 60_000

/** Codes that wait at once; the oldest gives way. A person needs one or two. */
export const maxLoginCodes = 32

/** Wrong codes in a minute before logins are refused for the rest of it: a person mistypes, a program guesses. */
export const maxFailedLogins = 10
export const failedLoginWindowMs = 60_000

/** A ticket that nobody uses is a leaked one. */
export const ticketFirstUseMs = 60_000
/** What a used ticket outlives its last connection by: a phone that changes networks, a laptop lid. */
export const ticketIdleMs = 10 * 60_000
/** Tickets of one key at once: far more than streams may be open. */
export const maxTicketsPerKey = 200

/** `lastUsedAt` is for people: a write a minute, not one per request. */
export const keyTouchMs = 60_000

/** A clean end takes at most ten seconds; the last half is for saying so. */
export const shutdownMs = 9_500

/** Agents may finish for so long at a clean end; ending those that do not takes up to five seconds more. */
export const shutdownGraceMs = 2_000

/** How long an answer is kept for a request that comes again, so that a night's retry is the same; and how often old ones go. */
export const idempotencyLifeMs = 24 * 60 * 60_000
export const housekeepingMs = 60 * 60_000

/** More faults that nobody caught in so short a time, and the process ends. */
export const maxUnforeseen = 20
export const unforeseenWindowMs = 10_000
