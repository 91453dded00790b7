/** Limits and times of the room, each with its reason. */

/** Tries of one turn in all (the card says it in words): a trouble of a few seconds is over by then, and a longer one is for a person to know. */
export const maxTries = 4

/** Before the second try, and twice as long before each further one, with up to half as much again by chance. */
export const retryBaseMs = 1_000

/** What a service may ask to be left alone for (`Retry-After`); longer, and a person is told instead. */
export const maxRetryAfterMs = 60_000

/** Text that arrives within one frame of a screen is one event; the first of a turn does not wait. */
export const chunkMergeMs = 15

/** Characters of one text event: it stays well below a subscriber's 64 KiB, also as UTF-8 and JSON. */
export const maxChunkLength = 16 * 1024

/** Appends of a runtime's output under way at once; what comes meanwhile is merged instead of queued. */
export const maxAppendsInFlight = 4

/** Output that waits for the disk, in characters. A runtime that is further ahead of it is flooding. */
export const maxBufferedLength = 32 * 1024 * 1024

/** Output of one turn, in characters: hundreds of long answers. More is a program that does not stop. */
export const maxTurnLength = 64 * 1024 * 1024

/** Open permissions and questions of one session: each is shown whole in its row. */
export const maxPending = 64

/** What a person can still oversee, and a program that sends in a loop is stopped by. */
export const maxQueueLength = 100

/** How long a runtime may take to confirm a stop before its process tree is ended. */
export const stopGraceMs = 2_000

/** How long ending a runtime may take (SIGTERM, two seconds, SIGKILL, sweep) before the session goes on without it. */
export const closePatienceMs = 10_000

/** A runtime that nobody talks to costs hundreds of megabytes; opening it again costs seconds. */
export const idleCloseMs = 20 * 60_000

/** Owners in memory that do nothing. Loading one is a replay of its log: milliseconds. */
export const maxRestingOwners = 64

/** What a runtime that cannot resume is told of the conversation: the newest part, in bytes of UTF-8. */
export const transcriptLimitBytes = 64 * 1024

/** Characters of a prompt that its run record repeats; the message has all of it. */
export const runPromptLength = 2_000

/** Unfinished sessions that a start ends together, so that they share commits. */
export const recoverTogether = 16

/** A session whose log could not be written is opened again after this: a full disk is not freed in a second. */
export const reopenAfterMs = 10_000
