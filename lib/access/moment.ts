import { z } from 'zod'

const MOMENT = /^([2-9]\d{3}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** ISO 8601. A day alone is its first moment in UTC; a time of day must name its zone. */
export const moment = z.string().transform((value, context): Date => {
  const [, day] = MOMENT.exec(value) ?? []
  const read = new Date(value)
  // Date takes 30 February for 2 March
  if (z.iso.date().safeParse(day).success && read.getTime() <= Date.UTC(9999, 11, 31)) return read
  context.addIssue({
    code: 'custom',
    message: 'must be a day, or a time with its zone: 2027-01-31 or 2027-01-31T18:00:00Z',
  })
  return z.NEVER
})
