import { nanoid } from 'nanoid'
import { expect, test } from 'vitest'
import { eventId, idPrefixes, isId, seqOfEventId } from '../../shared/ids.ts'

test('an id is a prefix and 22 characters, and nothing else passes for one', () => {
  for (const prefix of idPrefixes) expect(isId(prefix, `${prefix}_${nanoid(22)}`)).toBe(true)
  const good = `ses_${'a'.repeat(22)}`
  const bad = [
    `${good}a`,
    good.slice(0, -1),
    ` ${good}`,
    `${good}\n`,
    good.replace('ses', 'run'),
    'ses_../../../../etc/passwd',
  ]
  for (const value of bad) expect(isId('ses', value)).toBe(false)
})

test('an event’s id names its session and number; another session’s, or none, is no cursor', () => {
  expect(seqOfEventId('ses_a', eventId('ses_a', 42))).toBe(42)
  expect(seqOfEventId('ses_a', '42')).toBe(42)
  for (const value of ['ses_b/42', '', '-1', '4.2', '1e3', 'ses_a/', '9'.repeat(16)])
    expect(seqOfEventId('ses_a', value)).toBeNull()
})
