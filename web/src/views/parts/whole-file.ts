/**
 * Line numbers are true only of whole files. ACP means one by a diff, but agents also send just the lines that they were
 * given: those are among the call's own inputs, or do not end in the line break that files end in. Numbers of them would
 * be invented.
 */
import type { Edit } from './diff.ts'

export function isWholeFile({ oldText, newText }: Edit, rawInput: unknown): boolean {
  if (!oldText) return true // a new file
  if (!endsAsFiles(oldText) || !endsAsFiles(newText)) return false
  return typeof rawInput !== 'object' || rawInput === null || !Object.values(rawInput).includes(oldText)
}

function endsAsFiles(text: string): boolean {
  return text === '' || text.endsWith('\n')
}
