import { AppError } from './errors.ts'

const SHORTEST = 10
const LONGEST = 2000

/** Text that can be put on record: whole characters, and of those that control only the ends of lines and tabs. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\r\t]/gu, '')
}

/** Throws `reason-invalid` unless somebody says why, in 10 to 2,000 characters; what cannot be seen is no reason. */
export function requireWords(what: string, text: string): void {
  const length = [...text].length
  const seen = [...text.replace(/\p{Cf}/gu, '').trim()].length
  if (seen >= SHORTEST && length <= LONGEST) return
  const count = length > LONGEST ? length : seen
  throw new AppError('reason-invalid', `The ${what} has ${count} characters; it needs 10 to 2,000.`)
}
