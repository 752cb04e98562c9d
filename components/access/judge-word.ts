const LONGEST = 2000

/** What stands against a word, in words; null where nothing does. With 0 for the fewest characters it may be empty. */
export function judgeWord(word: string, shortest: number): string | null {
  const { length } = word.trim()
  if (length > LONGEST) return `Say it in at most ${LONGEST.toLocaleString('en')} characters.`
  if (length >= shortest) return null
  return shortest < 10 ? 'Say why, in a word or two.' : `Say why in at least ${shortest} characters.`
}
