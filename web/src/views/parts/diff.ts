/** An edit as a person reads it: the file, how much, and the changed lines with a little around them. */
import { h } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'
import { type DiffLine, type DiffRow, diffLines } from './diff-lines.ts'
import { relativePath } from './tool-words.ts'

export interface Edit {
  readonly path: string
  readonly oldText: string | null
  readonly newText: string
}

/** Rows drawn at once; a press shows the rest. */
const rowLimit = 80

/**
 * `whole`: every changed line at once, for what a person is asked to approve. `numbered`: the texts are whole files, so
 * that their lines can be counted.
 */
export function createDiff(edit: Edit, cwd: string, { whole = false, numbered = false } = {}): HTMLElement {
  const { rows, added, removed } = diffLines(edit.oldText, edit.newText)
  const path = relativePath(edit.path, cwd)
  const head = h(
    'header',
    { class: 'diff-head' },
    icon('file-diff'),
    h('span', { class: 'diff-path', title: edit.path }, h('bdi', { text: path })),
    edit.oldText === null && h('span', { class: 'diff-new', text: 'new file' }),
    h('span', { class: 'diff-added', text: `+${added}`, aria: { label: `${added} lines added` } }),
    h('span', { class: 'diff-removed', text: `−${removed}`, aria: { label: `${removed} lines removed` } }),
  )
  const lines = h('div', { class: 'diff-lines', role: 'group', tabindex: 0, aria: { label: `Changes in ${path}` } })
  const table = h('div', { class: numbered ? 'diff-table' : 'diff-table is-unnumbered' })
  lines.append(table)
  drawRows(table, numbered ? rows : rows.map(withoutNumbers), whole ? rows.length : rowLimit)
  if (rows.length === 0) table.append(h('p', { class: 'diff-nothing', text: 'No line differs.' }))
  return h('div', { class: 'diff' }, head, lines)
}

function withoutNumbers(row: DiffRow): DiffRow {
  if (row.kind === 'fold') return { ...row, lines: row.lines.map(unnumbered) }
  return unnumbered(row)
}

function unnumbered(line: DiffLine): DiffLine {
  return { ...line, oldNumber: null, newNumber: null }
}

function drawRows(table: HTMLElement, rows: readonly DiffRow[], limit: number): void {
  const shown = rows.length <= limit + 5 ? rows : rows.slice(0, limit)
  table.append(rowViews(shown))
  if (shown.length === rows.length) return
  const rest = rows.slice(shown.length)
  const more = h('button', { class: 'diff-fold', type: 'button', text: `Show ${rest.length} more lines` })
  more.addEventListener('click', () => more.replaceWith(rowViews(rest)))
  table.append(more)
}

/** From here on neighbouring lines of one kind are one block of text: as whole, and ten thousand of them freeze nothing. */
const richRows = 1_000
const blockRows = 500

function rowViews(rows: readonly DiffRow[]): DocumentFragment {
  const views = document.createDocumentFragment()
  for (const row of rows.slice(0, richRows)) views.append(row.kind === 'fold' ? foldRow(row) : lineRow(row))
  for (let index = richRows; index < rows.length; ) {
    const first = rows[index] as DiffRow
    if (first.kind === 'fold') {
      views.append(foldRow(first))
      index++
      continue
    }
    let end = index + 1
    while (end < rows.length && end - index < blockRows && rows[end]?.kind === first.kind) end++
    views.append(lineBlock(rows.slice(index, end) as DiffLine[], first.kind))
    index = end
  }
  return views
}

function foldRow(fold: Extract<DiffRow, { kind: 'fold' }>): HTMLElement {
  const row = h('button', { class: 'diff-fold', type: 'button', text: `${fold.count} unchanged lines` })
  row.addEventListener('click', () => row.replaceWith(rowViews(fold.lines)))
  return row
}

const signs = { same: ' ', added: '+', removed: '−' }
const words = { same: '', added: 'added: ', removed: 'removed: ' }

function lineRow(line: DiffLine): HTMLElement {
  return h(
    'div',
    { class: `diff-line is-${line.kind}` },
    h('span', { class: 'diff-number', text: String(line.newNumber ?? line.oldNumber ?? ''), aria: { hidden: true } }),
    h('span', { class: 'diff-sign', text: signs[line.kind], aria: { hidden: true } }),
    words[line.kind] && h('span', { class: 'visually-hidden', text: words[line.kind] }),
    h('span', { class: 'diff-text', text: line.text }),
  )
}

function lineBlock(lines: readonly DiffLine[], kind: DiffLine['kind']): HTMLElement {
  const text = lines.map((line) => `${signs[kind]} ${line.text}`).join('\n')
  const block = h(
    'pre',
    { class: `diff-block is-${kind}` },
    words[kind] && h('span', { class: 'visually-hidden', text: words[kind] }),
    text,
  )
  block.style.setProperty('--lines', String(lines.length))
  return block
}
