/** What a command may touch: so that it runs in a test as it does in a terminal. */
export interface Io {
  /** Data: what a pipe reads. */
  readonly out: (text: string) => void
  /** Words for a person. */
  readonly err: (text: string) => void
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A person is at the terminal: may be asked, and has a browser. */
  readonly isInteractive: boolean
  /** One line that the person types. */
  readonly ask: (question: string) => Promise<string>
  /** All of standard input. */
  readonly input: () => Promise<string>
  readonly openBrowser: (url: string) => void
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal
}

/** 0: done. */
export const exitCodes = { failed: 1, usage: 2, notRunning: 3 } as const

/** Ends a command: a sentence that says what to do, and the exit code. */
export class CliError extends Error {
  readonly exitCode: number
  /** The server's problem, for `--json`. */
  readonly problem: unknown

  constructor(message: string, exitCode: number = exitCodes.failed, problem: unknown = null) {
    super(message)
    this.exitCode = exitCode
    this.problem = problem
  }
}

export function usageError(message: string): CliError {
  return new CliError(message, exitCodes.usage)
}
