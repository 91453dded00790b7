/** Problems of the room, each as a sentence that a person can act on. */
import { ProblemError } from '../../shared/problems.ts'

export function gone(): ProblemError {
  return new ProblemError('gone', 'This chat was removed.')
}

export function shuttingDown(): ProblemError {
  return new ProblemError('shutting_down', 'The server is stopping: try again when it has started.')
}

/** `SQLITE_FULL`, as node:sqlite numbers it. */
const sqliteFull = 13

/** Why a session's log could not be written. */
export function writeProblem(error: unknown): ProblemError {
  if (isDiskFull(error))
    return new ProblemError('disk_full', 'The disk is full: make room on it, then send again. Nothing stored is lost.')
  return new ProblemError(
    'read_only',
    'The session could not be written to disk. What is stored can be read; look at the server’s log, then send again.',
  )
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  return code === 'ENOSPC' || code === 'SQLITE_FULL' || errcode === sqliteFull || isDiskFull(error.cause)
}
