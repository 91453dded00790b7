/** The rules that are no import: sizes, HTML sinks, what silences the compiler or the tests, colours. */
import { isNode, lineOf, type Node, type Source } from './source.ts'

const maxFileLines = 300
const maxFunctionLines = 70

export function sizeFaults(source: Source): string[] {
  const lines = source.text.trimEnd().split('\n').length
  const tooLong = lines > maxFileLines ? [`${source.path} has ${lines} lines; ${maxFileLines} are the most`] : []
  const functions = source.nodes.filter(({ type }) =>
    /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type),
  )
  const tooWide = functions.flatMap(({ start, end }) => {
    const length = lineOf(source, end) - lineOf(source, start) + 1
    return length > maxFunctionLines
      ? [at(source, start, `a function of ${length} lines; ${maxFunctionLines} are the most`)]
      : []
  })
  return [...tooLong, ...tooWide]
}

const sinks = new Set([
  'DOMParser',
  'createContextualFragment',
  'execCommand',
  'innerHTML',
  'insertAdjacentHTML',
  'outerHTML',
  'parseHTMLUnsafe',
  'setHTML',
  'setHTMLUnsafe',
  'srcdoc',
])

/** By name, however it is reached: `element.innerHTML`, `{ innerHTML }`, `element['innerHTML']`, `setAttribute('srcdoc', …)`. */
export function sinkFaults(source: Source): string[] {
  const faults = source.nodes.flatMap((node) => {
    const name = sinkOf(source, node)
    return name ? [at(source, node.start, `${name}: the page uses no HTML sink`)] : []
  })
  return [...new Set(faults)]
}

function sinkOf(source: Source, node: Node): string | undefined {
  const names: unknown[] = []
  if (node.type === 'Identifier') names.push(node.name)
  if (node.type === 'MemberExpression' && isNode(node.property)) {
    if (/^document\.write(ln)?$/.test(textOf(source, node))) return 'document.write'
    names.push(node.property.value)
  }
  if (node.type === 'CallExpression' && isNode(node.callee) && /\.setAttribute$/.test(textOf(source, node.callee))) {
    names.push(...(node.arguments as Node[]).map((given) => given.value))
  }
  return names.map(String).find((name) => sinks.has(name))
}

/** `any`, comments that switch the compiler off, tests that are left out or run alone, errors that vanish. */
export function silenceFaults(source: Source): string[] {
  const inNodes = source.nodes.flatMap((node) => {
    const fault = silenceOf(source, node)
    return fault ? [at(source, node.start, fault)] : []
  })
  const comments = [...source.text.matchAll(/@ts-(ignore|expect-error|nocheck)\b/g)]
  const ignores = [...source.text.matchAll(/\/[/*] *biome-ignore(?! \S+: \S.{9})/g)]
  return [
    ...inNodes,
    ...comments.map((match) => at(source, match.index, `${match[0]}: mend what the compiler says`)),
    ...ignores.map((match) => at(source, match.index, 'biome-ignore without a reason')),
  ]
}

function silenceOf(source: Source, node: Node): string | null {
  if (node.type === 'TSAnyKeyword') return 'any: say what it is, or unknown'
  if (node.type === 'MemberExpression' && /^(it|test|describe)\.(only|skip|todo|fixme)$/.test(textOf(source, node))) {
    return `${textOf(source, node)}: every test runs`
  }
  if (node.type === 'CatchClause' && isNode(node.body) && isEmpty(textOf(source, node.body))) return 'a swallowed error'
  return isDeafCatch(source, node) ? 'a swallowed error' : null
}

/** `.catch(() => {})` and its like. */
function isDeafCatch(source: Source, { type, callee, arguments: given }: Node) {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'MemberExpression') return false
  const handler = Array.isArray(given) ? given[0] : undefined
  if (!isNode(callee.property) || callee.property.name !== 'catch' || !isNode(handler) || !isNode(handler.body))
    return false
  const body = textOf(source, handler.body)
  return isEmpty(body) || body === 'undefined' || body === 'null'
}

function isEmpty(block: string) {
  return /^\{\s*\}$/.test(block)
}

const colours =
  /#[\da-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\((?!\s*from\s+var\()|(?<![\w-])(white|black|red|green|blue|gr[ae]y|orange|yellow)(?![\w-])/gi

/** Colours are tokens: a literal outside of tokens.css is one that the other theme does not know. */
export function colourFaults(source: Source): string[] {
  if (!source.path.endsWith('.css') || source.path.endsWith('/tokens.css')) return []
  const css = source.text.replace(/\/\*[\s\S]*?\*\/|"[^"\n]*"|'[^'\n]*'|url\([^)]*\)/g, (match) =>
    match.replace(/[^\n]/g, ' '),
  )
  // A declaration ends with `;` or `}`; what ends with `{` is a selector, where `#` begins an id.
  const declarations = [...css.matchAll(/:([^:;{}]*)(?=[;}])/g)]
  return declarations.flatMap(({ 1: value = '', index }) =>
    [...value.matchAll(colours)].map((match) => at(source, index, `the colour ${match[0]}: name it in tokens.css`)),
  )
}

function textOf(source: Source, { start, end }: Node) {
  return source.text.slice(start, end)
}

function at(source: Source, position: number, fault: string) {
  return `${source.path}:${lineOf(source, position)} ${fault}`
}
