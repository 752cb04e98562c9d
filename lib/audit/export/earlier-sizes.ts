import { Prisma } from '../../../prisma/client/client.ts'
import type { LogReader } from './open-reader.ts'

const NEWEST_CHECKPOINTS = 512
const NEWEST_EXPORTS = 1_000

/**
 * The sizes that a bundle of this size proves itself to extend: those of the newest checkpoints; of older ones each
 * power of two back; of earlier bundles. A checkpoint that somebody kept is likely to be one of them.
 */
export async function readEarlierSizes(reader: LogReader, size: number): Promise<number[]> {
  const rows = await reader.ask<{ size: string }>(Prisma.sql`
    (SELECT size::text AS size FROM audit.checkpoints WHERE size < ${size} ORDER BY audit.checkpoints.size DESC
      LIMIT ${NEWEST_CHECKPOINTS})
    UNION
    SELECT older.size::text FROM generate_series(0, 50) AS power
    CROSS JOIN LATERAL (
      SELECT c.size FROM audit.checkpoints c WHERE c.size <= ${size}::bigint - (1::bigint << power)
      ORDER BY c.size DESC LIMIT 1) older
    UNION
    (SELECT b.size::text FROM log_bundles b WHERE b.size < ${size} ORDER BY b.at DESC LIMIT ${NEWEST_EXPORTS})`)
  return rows.map((row) => Number(row.size))
}
