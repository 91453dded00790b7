/** The two byte streams between a driver and its agent, and the agent's life: a process, or a task in this one. */
import type { Readable, Writable } from 'node:stream'

export interface Transport {
  /** What the agent says. */
  readonly input: Readable
  /** What is said to it. */
  readonly output: Writable
  /** Resolves when the agent has ended, by itself or by `close`, with a sentence: `It exited with code 1.` */
  readonly ended: Promise<string>
  /** The newest of what it wrote to stderr; empty if nothing. */
  lastWords(): string
  /** Ends the whole tree; resolves when nothing of it is alive. May be called at any time, any number of times. */
  close(): Promise<void>
}
