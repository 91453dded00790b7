/**
 * Elements by hand: `h('button', {class: 'btn', on: {click: send}}, 'Send')`.
 * Attributes are an allow-list at compile time; URLs are checked again at run time, so that text an agent wrote can never
 * become a `javascript:` link. There is no way to pass HTML or an inline style (the page's policy would refuse both).
 */
export type Child = Node | string | number | null | undefined | false
export type AttributeValue = string | number | boolean | null | undefined

type AttributeName =
  | 'id'
  | 'type'
  | 'name'
  | 'title'
  | 'role'
  | 'tabindex'
  | 'hidden'
  | 'inert'
  | 'disabled'
  | 'readonly'
  | 'required'
  | 'for'
  | 'placeholder'
  | 'autocomplete'
  | 'autocapitalize'
  | 'spellcheck'
  | 'enterkeyhint'
  | 'inputmode'
  | 'maxlength'
  | 'minlength'
  | 'min'
  | 'max'
  | 'step'
  | 'rows'
  | 'cols'
  | 'pattern'
  | 'multiple'
  | 'accept'
  | 'list'
  | 'selected'
  | 'open'
  | 'start'
  | 'href'
  | 'src'
  | 'rel'
  | 'target'
  | 'download'
  | 'datetime'
  | 'lang'
  | 'dir'
  | 'colspan'
  | 'rowspan'
  | 'scope'
  | 'alt'
  | 'value'
  | 'width'
  | 'height'
  | 'draggable'
  | 'contenteditable'
  | 'popover'
  | 'method'
  | 'label'
  | `data-${string}`

export type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void }

export type Props = { [K in AttributeName]?: AttributeValue } & {
  class?: string
  /** The element's text; children come after it. */
  text?: string
  checked?: boolean
  aria?: Record<string, AttributeValue>
  on?: Listeners
  /** Ends the listeners. Without it they live as long as the element. */
  signal?: AbortSignal
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  const { class: className, text, checked, aria, on, signal, ...attributes } = props
  if (className) element.className = className
  if (text) element.textContent = text
  for (const [name, value] of Object.entries(attributes)) setAttr(element, name, value as AttributeValue)
  for (const [name, value] of Object.entries(aria ?? {})) setAria(element, name, value)
  if (checked !== undefined && element instanceof HTMLInputElement) element.checked = checked
  if (on) listen(element, on, signal)
  append(element, ...children)
  return element
}

const svgNamespace = 'http://www.w3.org/2000/svg'

/** SVG of our own constants; nothing that came over the wire belongs in its attributes. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly SVGElement[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(svgNamespace, tag)
  for (const [name, value] of Object.entries(attributes)) setAttr(element, name, value)
  element.append(...children)
  return element
}

export function listen(target: HTMLElement, listeners: Listeners, signal?: AbortSignal): void {
  for (const [type, listener] of Object.entries(listeners)) {
    if (listener) target.addEventListener(type, listener as EventListener, signal ? { signal } : undefined)
  }
}

export function append(parent: ParentNode, ...children: readonly (Child | readonly Child[])[]): void {
  for (const child of children.flat() as Child[]) {
    if (child === null || child === undefined || child === false) continue
    parent.append(typeof child === 'number' ? String(child) : child)
  }
}

/** Writes only what changed. Growing text is appended to the same text node, so a selection in it stands. */
export function setText(node: Element, text: string): void {
  const only = node.firstChild
  if (!(only instanceof Text) || only.nextSibling) {
    if (only || text) node.textContent = text
  } else if (only.data !== text) {
    if (text.startsWith(only.data)) only.appendData(text.slice(only.data.length))
    else only.data = text
  }
}

export function setClass(element: Element, name: string, on: boolean): void {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on)
}

/** `true` is an empty attribute; `false`, `null` and `undefined` remove it. Throws on a URL or a name that could run code. */
export function setAttr(element: Element, name: string, value: AttributeValue): void {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name)
    return
  }
  const text = value === true ? '' : String(value)
  if (element.getAttribute(name) === text) return
  refuseUnsafe(name, text)
  element.setAttribute(name, text)
}

/** ARIA speaks `true` and `false` as words, so only `null` and `undefined` remove. */
export function setAria(element: Element, name: string, value: AttributeValue): void {
  setAttr(element, `aria-${name}`, typeof value === 'boolean' ? String(value) : value)
}

const urlAttributes = new Set(['href', 'src', 'xlink:href', 'action', 'formaction', 'poster', 'cite', 'data', 'ping'])
const safeUrl = /^(?:https?:\/\/|mailto:|blob:|#|\?|\/(?![/\\])|$)/i

function refuseUnsafe(name: string, value: string): void {
  const lower = name.toLowerCase()
  if (lower.startsWith('on') || lower === 'style' || lower === 'srcdoc' || lower === 'srcset') {
    throw new Error(`h() takes no attribute "${name}": use listeners and classes.`)
  }
  if (urlAttributes.has(lower) && !safeUrl.test(value)) {
    throw new Error(`The URL in "${name}" is neither http, https, mailto nor a path of this page.`)
  }
}
