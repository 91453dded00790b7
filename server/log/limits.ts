/** Limits of the log, each with its reason. */

/** Entries in one transaction: a few milliseconds of writing, so that the first of a burst is not held up by its last. */
export const groupEntries = 2_048

/** Entries in a page of a read that names no limit: enough to be quick, little enough to hand to a socket at once. */
export const pageEntries = 1_024

/** An ended turn is packed so long after its end: who watched it has all of it by then, and the next one may have begun. */
export const packAfterMs = 250
