import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { AuditAnchor } from '../../env.ts'
import { sayAnchor } from './say-anchor.ts'

/** How far the anchor is behind. */
export type AnchorLag = {
  /** Age of the newest checkpoint that is there; null before the first. */
  readonly ageSeconds: number | null
  /** Age of the oldest that is not there; 0 when there is none. */
  readonly lagSeconds: number
}

/** Asks the database, so that every process knows. Null without an anchor. */
export async function readAnchorLag(
  db: Pick<PrismaClient, '$queryRaw'>,
  anchor: AuditAnchor | null,
): Promise<AnchorLag | null> {
  if (anchor === null) return null
  const [row] = await db.$queryRaw<AnchorLag[]>`
    SELECT extract(epoch FROM clock_timestamp() - a.latest_at)::float8 AS "ageSeconds",
      coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT c.at FROM audit.checkpoints c
        WHERE c.size > coalesce(a.through_size, 0) AND c.size <> coalesce(a.latest_size, 0)
        ORDER BY c.size LIMIT 1)), 0)::float8 AS "lagSeconds"
    FROM (VALUES (1)) AS one LEFT JOIN anchors a ON a.place = ${sayAnchor(anchor)}`
  return row ?? null
}
