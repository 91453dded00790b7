/** The only door to the document: the elements and attributes that Markdown may become. */
const allowedAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'title', 'target', 'rel'],
  ol: ['start'],
  th: ['scope'],
  pre: ['tabindex'],
  button: ['type', 'aria-label', 'aria-pressed'],
  div: ['tabindex', 'role', 'aria-label'],
  span: ['role', 'aria-label', 'aria-checked', 'aria-hidden'],
}

export type AllowedTag =
  | 'a'
  | 'blockquote'
  | 'br'
  | 'button'
  | 'code'
  | 'del'
  | 'div'
  | 'em'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'hr'
  | 'li'
  | 'ol'
  | 'p'
  | 'pre'
  | 'span'
  | 'strong'
  | 'table'
  | 'tbody'
  | 'td'
  | 'th'
  | 'thead'
  | 'tr'
  | 'ul'

/** Class names are constants of ours; text goes in as text. */
export function element<Tag extends AllowedTag>(
  tag: Tag,
  className: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag)
  if (className) node.className = className
  for (const [name, value] of Object.entries(attributes)) {
    if (!allowedAttributes[tag]?.includes(name)) throw new Error(`Markdown draws no attribute "${name}" on <${tag}>.`)
    node.setAttribute(name, value)
  }
  node.append(...children)
  return node
}
