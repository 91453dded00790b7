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

/**
 * Latin, Greek, Cyrillic, Chinese, Japanese and Korean as they are usually written: each code unit is a character, so no
 * segmenter need be asked. It costs a hundred times as much, and a row is drawn up with every event.
 */
function isPlain(text: string): boolean {
  return plainText.test(text)
}
const plainText =
  /^[\x20-\x7e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d]*$/

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
