import pg from 'pg'

const LIMIT_MS = 5_000
const PAUSE_MS = 20

/**
 * Begins works one after the other while SQL holds something that each of them waits for, each once those before it wait
 * in the database, and then lets go. Answers what came of each: done, or why not.
 */
export async function beginInTurn(
  ownerUrl: string,
  holding: string,
  ...works: readonly (() => Promise<unknown>)[]
): Promise<string[]> {
  const holder = new pg.Client({ connectionString: ownerUrl })
  await holder.connect()
  try {
    await holder.query('BEGIN')
    await holder.query(holding)
    const begun: Promise<string>[] = []
    for (const work of works) {
      begun.push(
        work().then(
          () => 'done',
          (error: unknown) => String(error),
        ),
      )
      await untilWaiting(holder, begun.length)
    }
    await holder.query('COMMIT')
    return await Promise.all(begun)
  } finally {
    await holder.end()
  }
}

/** Resolves once so many connections to this database wait for a lock. */
export async function untilWaiting(owner: pg.Client, count: number): Promise<void> {
  const end = Date.now() + LIMIT_MS
  while ((await countWaiting(owner)) < count) {
    if (Date.now() > end) throw new Error(`There are fewer than ${count} that wait for a lock.`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

async function countWaiting(owner: pg.Client): Promise<number> {
  // Within a transaction it would show who was there when it was first asked.
  await owner.query('SELECT pg_stat_clear_snapshot()')
  const { rows } = await owner.query<{ waiting: number }>(`
    SELECT count(DISTINCT l.pid)::int AS waiting FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted AND a.datname = current_database()`)
  return rows[0]?.waiting ?? 0
}
