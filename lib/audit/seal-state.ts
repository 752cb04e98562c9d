import type { PrismaClient } from '../../prisma/client/client.ts'
import { MOST_ROWS } from './next-rows.ts'

/** How far the log is sealed. */
export type SealState = {
  /** Age of the oldest row that could be sealed and is not; 0 when there is none. */
  readonly lagSeconds: number
  /** The same of rows that are not settled too: a transaction left open, anywhere on the server, holds them back. */
  readonly oldestUnsealedSeconds: number
  readonly blocks: number
  readonly rowsSealed: number
}

type StateRow = { lag: number; oldest: number; blocks: bigint; sealed: bigint }

/**
 * Asks the database, so that every process knows, whichever seals. Looks at the next block's rows alone: those beyond
 * are younger, or nearly so. Before the first series all is nought.
 */
export async function readSealState(db: Pick<PrismaClient, '$queryRaw'>): Promise<SealState> {
  const [row] = await db.$queryRaw<StateRow[]>`
    SELECT p.number AS blocks, p.sealed,
      coalesce(extract(epoch FROM p.at - min(r.at) FILTER (WHERE p.is_left_over OR r.tx < p.horizon)), 0)::float8 AS lag,
      coalesce(extract(epoch FROM p.at - min(r.at)), 0)::float8 AS oldest
    FROM audit.seal_position() p LEFT JOIN audit.next_rows(${MOST_ROWS}::int) r ON true
    GROUP BY p.number, p.sealed, p.at`
  return {
    lagSeconds: Math.max(0, row?.lag ?? 0),
    oldestUnsealedSeconds: Math.max(0, row?.oldest ?? 0),
    blocks: Number(row?.blocks ?? 0),
    rowsSealed: Number(row?.sealed ?? 0),
  }
}
