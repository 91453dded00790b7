/** Idle sessions whose state is kept for a return without a request; a long one is a few megabytes. */
export const idleKept = 10

/** Further behind than this, a snapshot is less than the events: 50 turns are rarely more than 2,000 events. */
export const catchUpEvents = 2000

/** So long after a key was pressed in a composer, nothing but its own writer changes its text. */
export const handsOnMs = 5000

/** Notices that stand at once; older ones give way. */
export const noticesKept = 4
