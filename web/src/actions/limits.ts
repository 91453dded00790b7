/** Short enough that little is lost with a device, long enough not to send every key. */
export const draftPauseMs = 600
/** After a save that failed in spite of its own retries. */
export const draftRetryMs = 5_000
/** Most losses of the connection are over before; only a longer one is worth a word. */
export const bannerAfterMs = 3_000
/** Between tries to load what the page begins with. */
export const bootRetryMs = 2_000
