import { AppError } from '../errors.ts'
import { type GrantSpan, isTooLong } from './grant-length.ts'

/** Throws `grant-invalid` for times in which no grant may be in force. */
export function requireTimes({ from, until, now, longestDays }: GrantSpan): void {
  if (until <= now) throw new AppError('grant-invalid', 'The end lies in the past. Choose a later one.')
  if (until <= from) throw new AppError('grant-invalid', 'The end must be after the beginning.')
  if (isTooLong({ from, until, now, longestDays }))
    throw new AppError(
      'grant-invalid',
      `A grant lasts at most ${longestDays} days here. Choose an earlier end.`,
    )
}

/** Throws `own-access` where somebody would give or approve what is for themselves. */
export function requireAnother(isOwn: boolean): void {
  if (isOwn)
    throw new AppError(
      'own-access',
      'Nobody gives or approves access for themselves. Another administrator must do it.',
    )
}
