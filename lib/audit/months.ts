import type { LogWriter } from './record.ts'

/** Makes the months of the log that are missing, up to 24 ahead; how many were made. */
export async function makeMonths(db: LogWriter): Promise<number> {
  const [row] = await db.$queryRaw<{ made: number }[]>`SELECT audit.make_months() AS made`
  return row?.made ?? 0
}
