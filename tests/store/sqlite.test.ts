import { expect, test } from 'vitest'
import { openSqlite } from '../../server/store/sqlite.ts'

test('values come back as they went in: text, numbers, null, bytes', () => {
  const sqlite = openSqlite(':memory:')
  sqlite.exec('CREATE TABLE t (a, b, c, d, e)')
  const bytes = new Uint8Array([1, 0, 255])
  const insert = sqlite.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?)')
  expect(insert.run(['é 🧵', 2 ** 40, 0.5, null, bytes])).toBe(1)
  const [row] = sqlite.prepare('SELECT * FROM t').all([])
  expect({ ...row, e: [...new Uint8Array(row?.e as Uint8Array)] }).toEqual({
    a: 'é 🧵',
    b: 2 ** 40,
    c: 0.5,
    d: null,
    e: [...bytes],
  })
  sqlite.close()
})

test('a value that SQLite cannot take is refused, and a wrong statement says what is wrong', () => {
  const sqlite = openSqlite(':memory:')
  sqlite.exec('CREATE TABLE t (a UNIQUE)')
  expect(() => sqlite.prepare('INSERT INTO t VALUES (?)').run([true as unknown as number])).toThrow(TypeError)
  expect(() => sqlite.exec('nonsense')).toThrow(expect.objectContaining({ name: 'SqliteFailure', resultCode: 1 }))
  const insert = sqlite.prepare('INSERT INTO t VALUES (?)')
  insert.run([1])
  expect(() => insert.run([1])).toThrow(expect.objectContaining({ name: 'SqliteFailure', resultCode: 19 }))
  sqlite.close()
})
