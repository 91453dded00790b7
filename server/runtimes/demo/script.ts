/** The demo agent's script: a prompt that begins with `/demo`, steps parted by `;` or newlines. */
export interface Step {
  readonly name: string
  /** What follows the name, trimmed. */
  readonly rest: string
}

/** Null: the prompt is no script. */
export function parseScript(prompt: string): Step[] | null {
  const match = /^\s*\/demo(?=\s|$)([\s\S]*)$/.exec(prompt)
  if (!match) return null
  return (match[1] ?? '')
    .split(/[;\n]/)
    .map((step) => step.trim())
    .filter((step) => step !== '')
    .map((step) => {
      const [name = ''] = step.split(/\s+/, 1)
      return { name: name.toLowerCase(), rest: step.slice(name.length).trim() }
    })
}

/** `rest` as parts between bars. */
export function barred(rest: string): string[] {
  return rest
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `rest` whose last word is a number, and that number; else the fallback. */
export function withNumber(rest: string, fallback: number): { words: string; value: number } {
  const match = /^(.*?)\s*(\d+)$/.exec(rest)
  return match ? { words: match[1] ?? '', value: Number(match[2]) } : { words: rest, value: fallback }
}
