import type { LogWriter } from './record.ts'

/**
 * Makes sure that the log's series is this very database's, and answers its number: after a restore a new one begins,
 * which quotes the tree as it was. Called before the first row is written; does nothing when all is as before.
 */
export async function beginSeries(db: LogWriter): Promise<number> {
  const [row] = await db.$queryRaw<{ number: number }[]>`SELECT audit.begin_series() AS number`
  if (row === undefined) throw new Error('the series function answered no row')
  return row.number
}
