/** Text as people see it: cut between characters, never within. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** At most `limit` graphemes; the last is `…` where something was cut. */
export function cutGraphemes(text: string, limit: number): string {
  if (text.length <= limit) return text
  const kept: string[] = []
  for (const { segment } of segmenter.segment(text)) {
    if (kept.length === limit) return `${kept.slice(0, -1).join('').trimEnd()}…`
    kept.push(segment)
  }
  return text
}

/** Graphemes in a title, at most. */
export const titleLimit = 80

/** A title from the first words of a prompt: one line, its Markdown marks gone. */
export function titleOf(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? ''
  return cutGraphemes(oneLine(line.replace(/^[\s#>*\-+`]+/, '').replaceAll('`', '')), titleLimit)
}

/** Graphemes of a row's preview, at most. */
const previewLimit = 140

export function previewOf(text: string): string {
  return cutGraphemes(oneLine(text.slice(0, 4 * previewLimit)), previewLimit)
}

/** White space folded, control characters gone. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
