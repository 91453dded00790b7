/** Limits of the store, each with its reason. */

/** Another process on the same file (a backup, `sqlite3` in a shell) is waited for so long. */
export const busyTimeoutMs = 5_000

/** Pages of 4 KiB in the write-ahead log before it is moved into the file: SQLite's own default, 4 MiB. */
export const checkpointPages = 1_000

/** The write-ahead log is cut back to this after a burst. */
export const journalLimitBytes = 64 * 1024 * 1024

/** A segment is read and split in one go: a few milliseconds at this size. */
export const segmentBytes = 256 * 1024
export const segmentEntries = 1_024

/** A page of entries holds about this much and no more, whatever its limit: tool output can be large. */
export const pageBytes = 256 * 1024

/** Rows read at once while a page is filled. */
export const rowsAtOnce = 128

/** Segments looked up at once; a page seldom needs more than a few. */
export const segmentsAtOnce = 256
