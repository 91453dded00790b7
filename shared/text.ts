/** Text as people see it: cut between characters, never within. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** At most `limit` graphemes; the last is `…` where something was cut. */
export function cutGraphemes(text: string, limit: number): string {
  if (text.length <= limit) return text
  if (limit < 1) return ''
  const head = text.slice(0, limit + 1)
  if (isPlain(head)) return `${head.slice(0, limit - 1).trimEnd()}…`
  const kept: string[] = []
  for (const { segment } of segmenter.segment(text)) {
    if (kept.length === limit) return `${kept.slice(0, -1).join('').trimEnd()}…`
    kept.push(segment)
  }
  return text
}

/** Printable ASCII: each code unit is a character, and no segmenter need be asked. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** Graphemes in a title, at most. */
export const titleLimit = 80

/** A title from the first words of a prompt: one line, its Markdown marks gone. */
export function titleOf(text: string): string {
  for (const line of text.split('\n')) {
    const words = oneLine(line.replace(/^[\s#>*\-+`]+/, '').replaceAll('`', ''))
    if (words !== '') return cutGraphemes(words, titleLimit)
  }
  return ''
}

/** Graphemes of a row's preview, at most. */
const previewLimit = 140

/** Code units that are looked at: a long text is not folded whole for the sake of its first words. */
const previewReach = 8 * previewLimit

export function previewOf(text: string): string {
  const head = text.slice(0, previewReach)
  const preview = cutGraphemes(oneLine(withoutMarks(head)), previewLimit)
  if (head.length === text.length || preview.endsWith('…')) return preview
  // So few and so long graphemes that the reach may have cut the last one: it goes.
  const graphemes = Array.from(segmenter.segment(preview), ({ segment }) => segment)
  return `${graphemes.slice(0, -1).join('').trimEnd()}…`
}

/** Markdown's commonest marks gone: those that begin a line, emphasis, and the quotes of code. */
function withoutMarks(text: string): string {
  return text.replace(/^[ \t]*(?:#{1,6}|>|[-*+]|```\w*)(?=\s|$)/gm, '').replace(/\*\*|__|`/g, '')
}

/** White space folded, control characters gone. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
