/** What queries are made of: every value is a string there. */
import * as v from 'valibot'

const whole = (pattern: RegExp, message: string) => v.pipe(v.string(), v.regex(pattern, message), v.transform(Number))

export const limit = v.optional(
  v.pipe(
    whole(/^\d{1,3}$/, 'A limit is a number from 1 to 200.'),
    v.minValue(1, 'A limit is a number from 1 to 200.'),
    v.maxValue(200, 'A limit is a number from 1 to 200.'),
  ),
  '50',
)
export const cursor = v.optional(v.pipe(v.string(), v.maxLength(500)))
export const line = whole(/^\d{1,12}$/, 'A line is a number.')
export const flag = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((value) => value === 'true'),
)
export const idOf = (prefix: string) => v.pipe(v.string(), v.regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{22}$`)))
export const since = v.pipe(v.string(), v.isoTimestamp())
