import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { LogFault } from './fault.ts'
import type { KeptSeries } from './read-blocks.ts'

/**
 * Rows from before the last series began are all in its past: as many as were sealed then and were left over. One more
 * was put there afterwards, where no block will look for it. A month at a time.
 */
export async function countRowsBefore(
  db: PrismaClient,
  series: readonly KeptSeries[],
  signal: AbortSignal,
): Promise<LogFault | null> {
  const last = series.at(-1)
  if (last === undefined) return null
  const months = await db.$queryRaw<{ begins: string }[]>`
    SELECT said.bounds[1] AS begins
    FROM pg_partition_tree('audit.events') t JOIN pg_class c ON c.oid = t.relid,
      regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''([^'']+)''\\)') AS said(bounds)
    WHERE said.bounds IS NOT NULL ORDER BY said.bounds[1]::timestamptz`
  const bounds = ['-infinity', ...months.map(({ begins }) => begins), null]
  const known = last.previousSealed + last.leftOver
  let found = 0n
  for (const [place, from] of bounds.slice(0, -1).entries()) {
    signal.throwIfAborted()
    const to = bounds[place + 1] ?? null
    const [row] = await db.$queryRaw<{ rows: bigint }[]>`
      SELECT count(*) AS rows FROM audit.events
      WHERE id < ${last.firstId}::bigint AND at >= ${from}::timestamptz
        AND (${to}::timestamptz IS NULL OR at < ${to}::timestamptz)`
    found += row?.rows ?? 0n
  }
  if (found <= known) return null
  const sentence = `There are ${found} rows from before row ${last.firstId}, and ${known} were known then.`
  return { code: 'row-inserted', sentence }
}
