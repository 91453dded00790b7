/** Limits and time-outs of the room, each with its reason. */

/** A cold agent on a busy machine has been seen to take eight seconds; four times that is an agent that never answers. */
export const initializeTimeoutMs = 30_000
/** `session/new` and `session/load` may index a project or ask an account. */
export const sessionTimeoutMs = 60_000
/** Settings are answered from memory. */
export const settingTimeoutMs = 15_000
/** What an agent gets to end by itself after its input has ended. */
export const endOfInputGraceMs = 250
/** From SIGTERM to SIGKILL. */
export const terminateGraceMs = 2_000
/** How often a tree that is being ended is looked at. */
export const treePollMs = 25
/** How long a killed process may take to leave the process table before we say so (uninterruptible sleep). */
export const killPatienceMs = 3_000
/** Longer lines hold no sane message: images are at most 20 MiB of base64 elsewhere, here they are cut anyway. */
export const maxLineBytes = 16 * 1024 * 1024
/** Lines that are no protocol: a few are a stray log line, this many in a row are another program. */
export const maxGarbageLines = 200
/** The agent's last words on stderr, kept for the card that says why it failed. */
export const lastWordsBytes = 8 * 1024
/** Text of one chunk; more is split, so that one event stays well below a subscriber's 64 KiB. */
export const maxChunkCharacters = 16 * 1024
/** Text of one block in a tool call's content. */
export const maxToolTextCharacters = 256 * 1024
/** Base64 of an image in a tool call. */
export const maxImageCharacters = 2 * 1024 * 1024
/** JSON of `rawInput` and `rawOutput` in an event; a permission's subject is never cut. */
export const maxRawCharacters = 256 * 1024
/** What a person could be asked to approve; beyond it nobody can have read it, so it is refused. */
export const maxSubjectCharacters = 1024 * 1024
/** Output of one terminal that an agent reports beside its tool calls: the newest part. */
export const maxTerminalCharacters = 64 * 1024
/** Terminals whose output is held, the newest: more than any agent runs at once. */
export const maxTerminals = 64
/** Ids of messages and tool calls of earlier turns, remembered to tell late output from new. */
export const maxRememberedIds = 4096
/** After a cancelled turn the next prompt waits for this long a silence, but not longer than the second figure. */
export const quietMs = 120
export const quietPatienceMs = 1_000
/** Agents that start at once: each takes a core and hundreds of megabytes for seconds. */
export const maxStarting = 2
/** Attachments that are sent inline as images; larger ones go as links to the file. */
export const maxInlineImageBytes = 8 * 1024 * 1024
/** An agent in the server's own process speaks for so long at a time: less than a frame of a screen. */
export const giveWayMs = 4
/** The demo's `flood`, in KiB: beyond what one line may hold, and no more than that is needed to show it. */
export const maxFloodKilobytes = 32 * 1024
/** The demo's `garbage`: far beyond what is forgiven. */
export const maxGarbageDemoLines = 10_000
