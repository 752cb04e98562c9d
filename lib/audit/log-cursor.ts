import { Prisma } from '../../prisma/client/client.ts'
import { AppError } from '../errors.ts'

/** Microseconds since 1970 and the row’s number. */
const CURSOR = /^(\d{9,11})(\d{6})\.(\d{1,18})$/

/** Whether text has the form of a page’s `next`. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text)
}

/**
 * `(at, id)` of a cursor, to compare with. A double holds the microseconds of a time exactly only in two parts. Throws
 * `request-invalid` for what is none.
 */
export function placeOf(cursor: string): Prisma.Sql {
  const [, seconds, micros, id] = CURSOR.exec(cursor) ?? []
  if (seconds === undefined || id === undefined)
    throw new AppError('request-invalid', 'The place to go on from is not one that this page gave.')
  return Prisma.sql`
    (to_timestamp(${Number(seconds)}) + make_interval(secs => ${Number(micros)}::float8 / 1000000), ${id}::bigint)`
}

/** A moment that nothing at the cursor's place is later than. */
export function momentAfter(cursor: string): Date {
  return new Date(Math.floor(Number(cursor.split('.')[0]) / 1000) + 1)
}
