/**
 * Text of an agent, fit for a terminal: an escape sequence could move the cursor, set the title or hide what stands
 * before it, a bidi mark could turn a command around. Line ends and tabs stay; the rest is shown as `<U+001B>`.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const hidden = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return `<U+${code}>`
  })
}
