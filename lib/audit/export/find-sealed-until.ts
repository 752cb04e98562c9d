import type { Services } from '../../services.ts'
import type { Checkpoint } from '../checkpoint.ts'

type Head = {
  readonly series: number
  readonly firstId: bigint
  /** Where rows of earlier series that no block had go on after this head; null when all of them are under it. */
  readonly leftOverTx: string | null
  readonly leftOverId: bigint
  /** The same of the series’ own. */
  readonly afterTx: string
  readonly afterId: bigint
}

/**
 * Before when every row that is there is under a checkpoint. That is earlier than its own time where rows wait for a
 * transaction that began before theirs and still runs, for as long as that takes.
 */
export async function findSealedUntil({ db }: Pick<Services, 'db'>, { size, at }: Checkpoint): Promise<Date> {
  const [head] = await db.$queryRaw<Head[]>`
    SELECT s.number AS series, s.first_id AS "firstId",
      CASE WHEN NOT own THEN '0' WHEN done < s.left_over THEN b.through_tx::text END AS "leftOverTx",
      CASE WHEN own THEN b.through_id ELSE 0 END AS "leftOverId",
      CASE WHEN own AND done > s.left_over THEN b.through_tx::text ELSE '0' END AS "afterTx",
      CASE WHEN own AND done > s.left_over THEN b.through_id ELSE 0 END AS "afterId"
    FROM audit.blocks b
    CROSS JOIN (SELECT * FROM audit.series ORDER BY number DESC LIMIT 1) s
    CROSS JOIN LATERAL (SELECT b.series = s.number AS own, b.sealed - s.previous_sealed AS done) AS progress
    WHERE b.number = ${size - 1}::bigint`
  if (head === undefined) throw new Error('a checkpoint speaks of a block that is not there')
  const { series, firstId, leftOverTx, leftOverId, afterTx, afterId } = head
  // By their order and not by their times, of which the least would be looked for through all of the log.
  const [waiting] = await db.$queryRaw<{ since: Date | null }[]>`
    SELECT min(at) AS since FROM (
      SELECT e.at FROM audit.events e
      WHERE e.id >= ${firstId}::bigint AND (e.tx, e.id) > (${afterTx}::xid8, ${afterId}::bigint)
      UNION ALL
      SELECT l.at FROM audit.left_over l
      WHERE l.series = ${series} AND (l.tx, l.id) > (${leftOverTx}::xid8, ${leftOverId}::bigint)
      OFFSET 0
    ) unsealed`
  const since = waiting?.since ?? null
  return since !== null && since < at ? since : at
}
