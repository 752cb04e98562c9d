import { AppError } from '../errors.ts'

type Times = { readonly from: Date; readonly until: Date; readonly now: Date; readonly longestDays: number }

const DAY_MS = 24 * 60 * 60 * 1000
/** A day by the calendar may have an hour more than another. */
const LEEWAY_MS = 60 * 60 * 1000

/** Throws `grant-invalid` for times in which no grant may be in force. */
export function requireTimes({ from, until, now, longestDays }: Times): void {
  if (until <= now) throw new AppError('grant-invalid', 'The end lies in the past. Choose a later one.')
  if (until <= from) throw new AppError('grant-invalid', 'The end must be after the beginning.')
  if (isTooLong({ from, until, now, longestDays }))
    throw new AppError(
      'grant-invalid',
      `A grant lasts at most ${longestDays} days here. Choose an earlier end.`,
    )
}

/** Whether a grant would last longer from now on than one may. */
export function isTooLong({ from, until, now, longestDays }: Times): boolean {
  return until.getTime() - Math.max(from.getTime(), now.getTime()) > longestDays * DAY_MS + LEEWAY_MS
}

/** Throws `own-access` where somebody would give or approve what is for themselves. */
export function requireAnother(isOwn: boolean): void {
  if (isOwn)
    throw new AppError(
      'own-access',
      'Nobody gives or approves access for themselves. Another administrator must do it.',
    )
}
