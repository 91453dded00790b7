/** Our own source files, read and parsed: what the rules of the house look at. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'vitest/node'
import { root } from '../../build.mjs'

export interface Source {
  /** From the root, with `/`. */
  path: string
  text: string
  /** Every node of a TypeScript file, parents first; none for other files. */
  nodes: Node[]
}

/** A node of the syntax tree; which further fields it has depends on its type. */
export interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export function sourceOf(path: string, text: string): Source {
  return { path, text, nodes: path.endsWith('.ts') ? nodesOf(parseAst(text, { lang: 'ts' })) : [] }
}

export function sourcesBelow(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|css)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8'))),
  )
}

export function lineOf({ text }: Source, position: number): number {
  return text.slice(0, position).split('\n').length
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function nodesOf(tree: unknown): Node[] {
  const found: Node[] = []
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isNode(value)) return
    found.push(value)
    Object.values(value).forEach(visit)
  }
  visit(tree)
  return found
}
