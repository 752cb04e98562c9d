import { AppError } from './errors.ts'

/** How many characters a reason has, and a word that somebody must be able to act on. */
export const SHORTEST_REASON = 10
export const LONGEST_REASON = 2000

/** Text that can be put on record: whole characters, and of those that control only the ends of lines and tabs. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\r\t]/gu, '')
}

/** Throws `reason-invalid` unless somebody says why, in 10 to 2,000 characters; what cannot be seen is no reason. */
export function requireWords(what: string, text: string): void {
  const length = [...text].length
  const seen = [...text.replace(/\p{Cf}/gu, '').trim()].length
  if (seen >= SHORTEST_REASON && length <= LONGEST_REASON) return
  const count = length > LONGEST_REASON ? length : seen
  throw new AppError('reason-invalid', `The ${what} has ${count} characters; it needs 10 to 2,000.`)
}
