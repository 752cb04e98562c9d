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
  const isSo = async (): Promise<boolean> => (await countOthers(owner, WAITS)) >= count
  await until(isSo, `There are fewer than ${count} that wait for a lock.`)
}

/** Resolves once no other connection to this database is in a transaction: what waited has come to an end, either way. */
export async function untilEnded(owner: pg.Client): Promise<void> {
  const isSo = async (): Promise<boolean> => (await countOthers(owner, GOES_ON)) === 0
  await until(isSo, 'Somebody is in a transaction still.')
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const end = Date.now() + LIMIT_MS
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(otherwise)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

const WAITS = 'NOT l.granted'
const GOES_ON = `l.locktype = 'virtualxid'`

async function countOthers(owner: pg.Client, which: string): Promise<number> {
  // Within a transaction it would show who was there when it was first asked.
  await owner.query('SELECT pg_stat_clear_snapshot()')
  const { rows } = await owner.query<{ others: number }>(`
    SELECT count(DISTINCT l.pid)::int AS others FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE ${which} AND a.datname = current_database() AND l.pid <> pg_backend_pid()`)
  return rows[0]?.others ?? 0
}
