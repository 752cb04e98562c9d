import { AppError } from '../errors.ts'

/** The number in a segment’s name, `12.ts`. Throws `not-found` for a name that no playlist holds. */
export function parseSegmentName(name: string): number {
  const digits = /^(0|[1-9]\d{0,6})\.ts$/.exec(name)?.[1]
  if (digits === undefined) throw new AppError('not-found')
  return Number(digits)
}
