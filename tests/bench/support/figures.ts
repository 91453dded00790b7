/** Figures of a run, and how they are printed: one small table, for the README and for whoever runs the bench. */
export interface Figures {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly most: number
}

export function figuresOf(values: readonly number[]): Figures {
  if (values.length === 0) throw new Error('Nothing was measured.')
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number
  return { count: sorted.length, median: at(0.5), p95: at(0.95), most: at(1) }
}

export type Cell = string | number

/** Numbers get two digits after the point; the first column stands left, all others right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const words = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)))
  const widths = head.map((name, column) => Math.max(name.length, ...words.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  const rule = widths.map((width) => '─'.repeat(width)).join('──')
  process.stdout.write(`\n${[title, line(head), rule, ...words.map(line)].join('\n')}\n`)
}

export const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1)
