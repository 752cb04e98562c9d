import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { LOG_ROW_SELECT, type LogRow } from './log-row.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

/** A block holds so many rows at most; the database refuses more. */
export const MOST_ROWS = 1024

/** Where sealing stands: the next block's number, and after which row it begins. */
export type SealPosition = {
  readonly series: number
  readonly number: number
  /** Hash of the block before. */
  readonly previous: Uint8Array
  /** Seconds since the block before, or since the series began. */
  readonly silentSeconds: number
  /** The next rows are of earlier series; their transactions say nothing here. */
  readonly isLeftOver: boolean
  readonly afterTx: bigint
  readonly afterId: bigint
  /** Transactions below it have all ended. */
  readonly horizon: bigint
  /** The database's clock. */
  readonly atMicroseconds: bigint
}

type PositionRow = Omit<SealPosition, 'number' | 'afterTx' | 'horizon'> & {
  number: bigint
  afterTx: string
  horizon: string
}

/** Throws when no series has begun. */
export async function readSealPosition(db: Reader): Promise<SealPosition> {
  const [row] = await db.$queryRaw<PositionRow[]>`
    SELECT series, number, previous, extract(epoch FROM at - previous_at)::float8 AS "silentSeconds",
      is_left_over AS "isLeftOver", after_tx::text AS "afterTx", after_id AS "afterId",
      horizon::text AS horizon, (extract(epoch FROM at) * 1000000)::bigint AS "atMicroseconds"
    FROM audit.seal_position()`
  if (row === undefined) throw new Error('no series of the log has begun')
  return {
    ...row,
    number: Number(row.number),
    afterTx: BigInt(row.afterTx),
    horizon: BigInt(row.horizon),
  }
}

/** The next settled rows in the order they are sealed in, a block's at most. */
export function readNextRows(db: Reader, { isLeftOver, horizon }: SealPosition): Promise<LogRow[]> {
  return db.$queryRaw<LogRow[]>(Prisma.sql`
    SELECT ${Prisma.raw(LOG_ROW_SELECT)}
    FROM audit.next_rows(${MOST_ROWS}::int) e
    WHERE ${isLeftOver} OR e.tx < ${String(horizon)}::xid8
    ORDER BY e.tx, e.id`)
}
