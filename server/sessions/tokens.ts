/** A resume token as it is kept: with the provider and folder that it is good for, so that no other is ever given it. */
interface Token {
  readonly provider: string
  readonly cwd: string
  readonly token: string
}

export function writeToken({ provider, cwd, token }: Token): string {
  return JSON.stringify({ provider, cwd, token })
}

export function readToken(kept: string | null): Token | null {
  return kept === null ? null : (JSON.parse(kept) as Token)
}

export function isTokenFor(kept: Token, want: { readonly provider: string; readonly cwd: string }): boolean {
  return kept.provider === want.provider && kept.cwd === want.cwd
}
