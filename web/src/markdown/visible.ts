/**
 * Characters that cannot be seen, that change the order in which others are, or that pass for others, made visible: what a
 * person approves, copies or follows must be what stands there. For code, commands, paths and link text; prose needs
 * joiners and marks.
 */
const notShown =
  '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\u00A0\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2000-\\u200A\\u202F' +
  '\\u205F\\u2800\\u3000\\u3164\\uFE00-\\uFE0F\\uFFA0\\u{E0100}-\\u{E01EF}]'
/** What builds an emoji is seen in it; tab and newline are what they seem. */
const harmless =
  '[\\n\\t]|(?<=[\\p{Extended_Pictographic}#*0-9])\\uFE0F|(?<=\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]?)\\u200D(?=\\p{Extended_Pictographic})'
/** A Cyrillic or Greek letter next to a Latin one, and forms that are drawn like ASCII but are not. */
const foreign = '[\\p{Script=Cyrillic}\\p{Script=Greek}]'
const lookAlike = `(?<=[A-Za-z])${foreign}+|${foreign}+(?=[A-Za-z])|[\\uFF01-\\uFF5E\\u{1D400}-\\u{1D7FF}\\u2044\\u2215\\u2216\\uA789]`
const suspect = new RegExp(`(?<unseen>(?!${harmless})${notShown})|(?<lookAlike>${lookAlike})`, 'gu')

export function hasUnseen(text: string): boolean {
  return !/^[\n\t -~]*$/.test(text) && text.search(suspect) !== -1
}

/** The text as nodes: `<span class="unseen">U+202E</span>` for what cannot be seen, `<span class="look-alike">а</span>`. */
export function visible(text: string): Node[] {
  const nodes: Node[] = []
  let at = 0
  for (const match of text.matchAll(suspect)) {
    if (match.index > at) nodes.push(document.createTextNode(text.slice(at, match.index)))
    at = match.index + match[0].length
    nodes.push(match.groups?.unseen === undefined ? lookAlikeMark(match[0]) : unseenMark(match[0]))
  }
  if (at < text.length) nodes.push(document.createTextNode(text.slice(at)))
  return nodes
}

function unseenMark(character: string): HTMLElement {
  const name = codeName(character)
  return mark('unseen', name, `${unseenNames[name] ?? 'invisible character'} (${name})`)
}

function lookAlikeMark(characters: string): HTMLElement {
  return mark(
    'look-alike',
    characters,
    `not the Latin letters they look like: ${[...characters].map(codeName).join(' ')}`,
  )
}

function mark(className: string, text: string, title: string): HTMLElement {
  const span = document.createElement('span')
  span.className = className
  span.textContent = text
  span.title = title
  return span
}

function codeName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

const unseenNames: Readonly<Record<string, string>> = {
  'U+0000': 'null',
  'U+0008': 'backspace',
  'U+000D': 'carriage return',
  'U+001B': 'escape',
  'U+00A0': 'no-break space',
  'U+00AD': 'soft hyphen',
  'U+200B': 'zero-width space',
  'U+200C': 'zero-width non-joiner',
  'U+200D': 'zero-width joiner',
  'U+200E': 'left-to-right mark',
  'U+200F': 'right-to-left mark',
  'U+202A': 'left-to-right embedding',
  'U+202B': 'right-to-left embedding',
  'U+202C': 'end of direction',
  'U+202D': 'left-to-right override',
  'U+202E': 'right-to-left override',
  'U+2060': 'word joiner',
  'U+2066': 'left-to-right isolate',
  'U+2067': 'right-to-left isolate',
  'U+2068': 'first strong isolate',
  'U+2069': 'end of isolate',
  'U+FEFF': 'byte order mark',
}
