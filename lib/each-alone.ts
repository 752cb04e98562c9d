/**
 * Does something with each, one after the other; one that fails does not hold up the others. Answers how many were done.
 * Throws the first failure once all were tried, unless some were done: then the next round meets it again.
 */
export async function eachAlone<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<number> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (error) {
      failures.push(error)
    }
  }
  const done = items.length - failures.length
  if (done === 0 && failures.length > 0) throw failures[0]
  return done
}
