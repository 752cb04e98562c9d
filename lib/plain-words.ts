import { AppError } from './errors.ts'

/** How many characters a reason has, and a word that somebody must be able to act on. */
export const SHORTEST_REASON = 10
export const LONGEST_REASON = 2000
/** How many a word to somebody has at least, where one must be said. */
export const SHORTEST_WORD = 3

/** Text that can be put on record: whole characters, and of those that control only the ends of lines and tabs. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\r\t]/gu, '')
}

/** How many characters a text has, as people count them. */
export function countCharacters(text: string): number {
  return [...text].length
}

/** The same of those that somebody sees: what has no width says nothing, nor does an empty cell of Braille. */
export function countSeen(text: string): number {
  return countCharacters(text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu, '').trim())
}

/** Throws `reason-invalid` unless somebody says why, in 10 to 2,000 characters; what cannot be seen is no reason. */
export function requireWords(what: string, text: string): void {
  const [length, seen] = [countCharacters(text), countSeen(text)]
  if (seen >= SHORTEST_REASON && length <= LONGEST_REASON) return
  const count = length > LONGEST_REASON ? length : seen
  throw new AppError('reason-invalid', `The ${what} has ${count} characters; it needs 10 to 2,000.`)
}
