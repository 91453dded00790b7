import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDiff, type Edit } from '../../../web/src/views/parts/diff.ts'
import { type DiffLine, type DiffRow, diffLines } from '../../../web/src/views/parts/diff-lines.ts'
import { isWholeFile } from '../../../web/src/views/parts/whole-file.ts'

const unfolded = (rows: readonly DiffRow[]): DiffLine[] =>
  rows.flatMap((row) => (row.kind === 'fold' ? row.lines : [row]))
const side = (rows: readonly DiffRow[], without: 'added' | 'removed') =>
  unfolded(rows)
    .filter((line) => line.kind !== without)
    .map((line) => line.text)

describe('A diff', () => {
  test('leads from every text to every other, and back', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d'), { maxLength: 40 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = (all: string[]) => all.map((line) => `${line}\n`).join('')
        const { rows, added, removed } = diffLines(lines(before), lines(after))
        expect(side(rows, 'added')).toEqual(before)
        expect(side(rows, 'removed')).toEqual(after)
        expect(added - removed).toBe(after.length - before.length)
      }),
    )
  })

  test('shows the least that has changed', () => {
    const { added, removed } = diffLines('one\ntwo\nthree\n', 'one\n2\nthree\nfour\n')
    expect({ added, removed }).toEqual({ added: 2, removed: 1 })
  })

  test('numbers the lines of both sides', () => {
    const { rows } = diffLines('a\nb\n', 'a\nB\nc\n')
    expect(unfolded(rows).map(({ oldNumber, newNumber }) => [oldNumber, newNumber])).toEqual([
      [1, 1],
      [2, null],
      [null, 2],
      [null, 3],
    ])
  })

  test('folds what has not changed but for three lines around', () => {
    const before = Array.from({ length: 40 }, (_, index) => `line ${index}`)
    const after = before.with(20, 'changed')
    const { rows } = diffLines(before.join('\n'), after.join('\n'))
    expect(rows.map((row) => (row.kind === 'fold' ? row.count : row.text))).toEqual([
      17,
      'line 17',
      'line 18',
      'line 19',
      'line 20',
      'changed',
      'line 21',
      'line 22',
      'line 23',
      16,
    ])
  })

  test('of a new file is all added; of the same text, nothing', () => {
    expect(diffLines(null, 'a\nb\n')).toMatchObject({ added: 2, removed: 0 })
    expect(diffLines('a\nb\n', 'a\nb\n')).toMatchObject({ added: 0, removed: 0 })
  })

  test('of two large files that share nothing is there at once', () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join('\n')
    expect(diffLines(many('a'), many('b'))).toMatchObject({ added: 20_000, removed: 20_000 })
  })

  test('of more lines than a call takes arguments is a diff all the same', () => {
    const { rows, added, removed } = diffLines('a\n'.repeat(200_000), 'b\n'.repeat(150_000))
    expect({ added, removed, rows: rows.length }).toEqual({ added: 150_000, removed: 200_000, rows: 350_000 })
  })

  test('of ten thousand lines is whole where one approves it, and few nodes', () => {
    const text = (word: string) => Array.from({ length: 5_000 }, (_, line) => `${word} ${line}\n`).join('')
    const diff = createDiff({ path: '/a', oldText: text('old'), newText: text('new') }, '/', { whole: true })
    const shown = diff.querySelector('.diff-table')?.textContent ?? ''
    for (const line of ['old 0', 'old 4999', 'new 0', 'new 2500', 'new 4999']) expect(shown).toContain(line)
    expect(diff.querySelectorAll('*').length).toBeLessThan(6_000)
  })
})

describe('The line numbers of a diff', () => {
  const numbers = (edit: Edit, rawInput?: unknown) => {
    const diff = createDiff(edit, '/code', { numbered: isWholeFile(edit, rawInput) })
    return [...diff.querySelectorAll('.diff-number')]
      .map((number) => number.textContent)
      .join(' ')
      .trim()
  }
  const edit = (oldText: string | null, newText: string): Edit => ({ path: '/code/a.ts', oldText, newText })

  test('count the lines of a whole file', () => {
    expect(numbers(edit('one\ntwo\n', 'one\n2\n'))).toBe('1 2 2')
    expect(numbers(edit(null, 'one\ntwo'))).toBe('1 2')
    expect(numbers(edit('', 'one\ntwo\n'))).toBe('1 2')
    expect(numbers(edit('one\n', ''))).toBe('1')
  })

  test('are left out where the text may be lines from the middle of a file', () => {
    expect(numbers(edit('two', '2'))).toBe('')
    expect(numbers(edit('two\n', '2'))).toBe('')
    expect(numbers(edit('two\n', '2\n'), { file_path: '/code/a.ts', old_string: 'two\n', new_string: '2\n' })).toBe('')
  })

  test('are left out of what is folded, too', () => {
    const text = (changed: string) => `${'same\n'.repeat(20)}${changed}`
    const diff = createDiff(edit(text('one'), text('two')), '/code')
    diff.querySelector<HTMLElement>('.diff-fold')?.click()
    expect(diff.querySelectorAll('.diff-line')).toHaveLength(22)
    expect([...diff.querySelectorAll('.diff-number')].every((number) => number.textContent === '')).toBe(true)
  })
})
