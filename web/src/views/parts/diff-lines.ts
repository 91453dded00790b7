/**
 * The lines of an edit: what left, what came, and a little of what stayed. A longest common subsequence over lines, after
 * the common beginning and end are taken off; where that would be too much work, the middle counts as replaced whole.
 */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  /** Line numbers from 1; null on the side where the line is not. */
  readonly oldNumber: number | null
  readonly newNumber: number | null
}
/** `count` unchanged lines that are not shown. */
export type DiffRow = DiffLine | { readonly kind: 'fold'; readonly count: number; readonly lines: readonly DiffLine[] }

export interface LineDiff {
  readonly rows: readonly DiffRow[]
  readonly added: number
  readonly removed: number
}

/** Unchanged lines kept on either side of a change. */
const contextLines = 3
/** Cells of the comparison table: two files of 1,000 changed lines take about 10 ms. */
const tableLimit = 1_000_000

/** `oldText` null: the file is new. */
export function diffLines(oldText: string | null, newText: string): LineDiff {
  const before = oldText === null ? [] : splitLines(oldText)
  const after = splitLines(newText)
  const lines = compare(before, after)
  return {
    rows: foldContext(lines),
    added: lines.filter((line) => line.kind === 'added').length,
    removed: lines.filter((line) => line.kind === 'removed').length,
  }
}

function splitLines(text: string): string[] {
  if (text === '') return []
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function compare(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++

  const lines: DiffLine[] = []
  const same = (text: string, oldIndex: number, newIndex: number) =>
    lines.push({ kind: 'same', text, oldNumber: oldIndex + 1, newNumber: newIndex + 1 })
  for (let index = 0; index < start; index++) same(before[index] as string, index, index)
  // Not by spreading: a file may have more lines than a call takes arguments.
  const changed = middle(before.slice(start, before.length - end), after.slice(start, after.length - end), start)
  for (const line of changed) lines.push(line)
  for (let index = end; index > 0; index--)
    same(before[before.length - index] as string, before.length - index, after.length - index)
  return lines
}

function middle(before: readonly string[], after: readonly string[], offset: number): DiffLine[] {
  const removed = (index: number): DiffLine => ({
    kind: 'removed',
    text: before[index] as string,
    oldNumber: offset + index + 1,
    newNumber: null,
  })
  const added = (index: number): DiffLine => ({
    kind: 'added',
    text: after[index] as string,
    oldNumber: null,
    newNumber: offset + index + 1,
  })
  if (before.length * after.length > tableLimit)
    return [...before.map((_, index) => removed(index)), ...after.map((_, index) => added(index))]

  const lengths = commonLengths(before, after)
  const width = after.length + 1
  const lines: DiffLine[] = []
  let oldIndex = 0
  let newIndex = 0
  while (oldIndex < before.length && newIndex < after.length) {
    if (before[oldIndex] === after[newIndex]) {
      const text = before[oldIndex] as string
      lines.push({ kind: 'same', text, oldNumber: offset + oldIndex + 1, newNumber: offset + newIndex + 1 })
      oldIndex++
      newIndex++
    } else if (at(lengths, (oldIndex + 1) * width + newIndex) >= at(lengths, oldIndex * width + newIndex + 1)) {
      lines.push(removed(oldIndex++))
    } else lines.push(added(newIndex++))
  }
  while (oldIndex < before.length) lines.push(removed(oldIndex++))
  while (newIndex < after.length) lines.push(added(newIndex++))
  return lines
}

/** `lengths[i * width + j]`: the longest common subsequence of what follows line i and line j. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? at(lengths, (i + 1) * width + j + 1) + 1
          : Math.max(at(lengths, (i + 1) * width + j), at(lengths, i * width + j + 1))
    }
  }
  return lengths
}

function at(table: Uint32Array, index: number): number {
  return table[index] as number
}

/** Runs of unchanged lines keep `contextLines` beside each change; a fold of one line is not worth its row. */
function foldContext(lines: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = []
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] as DiffLine
    if (line.kind !== 'same') {
      rows.push(line)
      index++
      continue
    }
    let end = index
    while (end < lines.length && lines[end]?.kind === 'same') end++
    const from = index === 0 ? index : index + contextLines
    const to = end === lines.length ? end : end - contextLines
    if (to - from > 1) {
      const folded = lines.slice(from, to)
      rows.push(...lines.slice(index, from))
      rows.push({ kind: 'fold', count: folded.length, lines: folded })
      rows.push(...lines.slice(to, end))
    } else rows.push(...lines.slice(index, end))
    index = end
  }
  return rows
}
