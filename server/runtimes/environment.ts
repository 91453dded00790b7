/**
 * The environment of a child: an allow-list, its own provider's entries, and the marker by which its whole tree is
 * found again. Keys of other providers and of the server itself never reach it.
 */

/** Carried by every process of a runtime's tree, also by those that left its process group. */
export const runtimeMarker = 'HEDDLE_RUNTIME'

const allowedNames = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TERM',
  'COLORTERM',
  'TMPDIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
])
const allowedPrefixes = ['LC_', 'XDG_']

export type Environment = Readonly<Record<string, string | undefined>>

/** `passes`: names, or prefixes ending in `*`, that this provider's agent may have from the server's environment. */
export function childEnvironment(
  from: Environment,
  runtimeId: string,
  own: Readonly<Record<string, string>> = {},
  passes: readonly string[] = [],
): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && (isAllowed(name) || isPassed(name, passes))) child[name] = value
  }
  return { ...child, ...own, [runtimeMarker]: runtimeId }
}

function isAllowed(name: string): boolean {
  return allowedNames.has(name) || allowedPrefixes.some((prefix) => name.startsWith(prefix))
}

function isPassed(name: string, passes: readonly string[]): boolean {
  return passes.some((pass) => (pass.endsWith('*') ? name.startsWith(pass.slice(0, -1)) : name === pass))
}
