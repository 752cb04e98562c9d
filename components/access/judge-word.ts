import { countCharacters, countSeen, LONGEST_REASON, SHORTEST_REASON } from '../../lib/plain-words.ts'

/** What stands against a word, in words; null where nothing does. With 0 for the fewest characters it may be empty. */
export function judgeWord(word: string, shortest: number): string | null {
  if (countCharacters(word.trim()) > LONGEST_REASON)
    return `Say it in at most ${LONGEST_REASON.toLocaleString('en')} characters.`
  if (countSeen(word) >= shortest) return null
  return shortest < SHORTEST_REASON
    ? 'Say why, in a word or two.'
    : `Say why in at least ${shortest} characters.`
}

/** The same of a reason. */
export function judgeReason(reason: string): string | null {
  return judgeWord(reason, SHORTEST_REASON)
}
