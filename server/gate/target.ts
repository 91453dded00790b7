/** The path of a request as it came over the wire, before anything has normalised it. */
import { ProblemError } from '../../shared/problems.ts'

/** Encoded slash and backslash, either slash where none belongs, `..`, NUL and other control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const refused = /%2f|%5c|\\|\/\/|\.\.|[\x00-\x1f\x7f]/i

/** The path of a request target. Throws `invalid_id` for one that could mean another path to somebody else. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/)
  const path = end < 0 ? target : target.slice(0, end)
  if (!path.startsWith('/') || refused.test(path) || refused.test(decoded(path)))
    throw new ProblemError('invalid_id', 'This address has characters that no address of Heddle has.')
  return path
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // Ill-formed escapes: as good as the NUL that they may be to another reader.
    return '\0'
  }
}
