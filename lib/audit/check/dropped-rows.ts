import type { PrismaClient } from '../../../prisma/client/client.ts'

/**
 * Which of these sealed rows may be gone because the log itself says that they were dropped by rule: a month is noted with
 * exactly its rows, and the log has the row that says so and how many, or that one went with a later month.
 */
export async function findDropped(
  db: Pick<PrismaClient, '$queryRaw'>,
  ids: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    WITH lawful AS (
      SELECT d.ids FROM audit.dropped_months d
      WHERE EXISTS (
        SELECT FROM audit.events e
        WHERE e.event_id = d.event_id AND e.action = 'log.dropped' AND e.target_kind = 'log-lines'
          AND e.target_id = to_char(d.month, 'YYYY-MM') AND e.after ->> 'rows' = d.rows::text
      ) OR EXISTS (
        SELECT FROM audit.dropped_months later WHERE later.month = date_trunc('month', d.at AT TIME ZONE 'UTC')::date)
    )
    SELECT gone.id FROM unnest(${ids}::bigint[]) AS gone(id)
    WHERE EXISTS (SELECT FROM lawful WHERE gone.id <@ lawful.ids)`
  return new Set(rows.map(({ id }) => id))
}
