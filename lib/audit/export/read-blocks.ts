import { Prisma } from '../../../prisma/client/client.ts'
import { IN_BLOCK } from './locate-in-blocks.ts'
import type { LogReader } from './open-reader.ts'

/** A block with the numbers of its rows, in its order. */
export type WholeBlock = {
  readonly number: number
  readonly line: string
  /** 32 bytes a row. */
  readonly leaves: Uint8Array
  readonly ids: readonly string[]
  /** Transactions of its first and last row; null in a block without rows. */
  readonly firstTx: string | null
  readonly throughTx: string
}

type BlockRow = Omit<WholeBlock, 'number'> & { number: string }

/** Some 40 kB each. */
const BLOCKS_AT_ONCE = 32

const COLUMNS = Prisma.sql`
  b.number::text AS number, b.line, l.leaves, l.ids::text[] AS ids,
  b.line::jsonb ->> 'first_tx' AS "firstTx", b.through_tx::text AS "throughTx"`

/** The blocks from one number up to another, ascending. */
export async function* readBlocks(
  reader: LogReader,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<WholeBlock> {
  for (let at = from; at < to; at += BLOCKS_AT_ONCE) {
    const until = Math.min(at + BLOCKS_AT_ONCE, to)
    const rows = await reader.ask<BlockRow>(Prisma.sql`
      SELECT ${COLUMNS} FROM audit.blocks b JOIN audit.block_leaves l USING (number)
      WHERE b.number >= ${at} AND b.number < ${until} ORDER BY b.number`)
    if (rows.length !== until - at) throw new Error('a block of the log is missing')
    yield* rows.map(toBlock)
  }
}

/** These blocks, ascending. */
export async function readTheseBlocks(reader: LogReader, numbers: readonly number[]): Promise<WholeBlock[]> {
  const rows = await reader.ask<BlockRow>(Prisma.sql`
    SELECT ${COLUMNS} FROM audit.blocks b JOIN audit.block_leaves l USING (number)
    WHERE b.number = ANY(${numbers}::bigint[]) ORDER BY b.number`)
  return rows.map(toBlock)
}

/**
 * The first block from which on every row is still there: whole months of rows go when they are past their date. Where
 * nothing has gone, and that is known by the oldest block, no other is asked.
 */
export async function findFirstWhole(reader: LogReader, size: number): Promise<number> {
  const lastBroken = async (below: number): Promise<number | null> => {
    const [row] = await reader.ask<{ number: string | null }>(Prisma.sql`
      SELECT max(b.number)::text AS number
      FROM audit.blocks b JOIN audit.block_leaves l USING (number)
      WHERE b.number < ${below} AND b.count > (
        SELECT count(*) FROM audit.events e
        WHERE e.tx >= (b.line::jsonb ->> 'first_tx')::xid8 AND e.tx <= b.through_tx AND e.id = ANY(l.ids))`)
    return row?.number == null ? null : Number(row.number)
  }
  const [oldest] = await reader.ask<{ number: string }>(Prisma.sql`
    SELECT number::text AS number FROM audit.blocks WHERE count > 0 ORDER BY number LIMIT 1`)
  if (oldest === undefined || (await lastBroken(Number(oldest.number) + 1)) === null) return 0
  const broken = await lastBroken(size)
  if (broken === null) return 0
  await requireDropped(reader, broken)
  return broken + 1
}

/**
 * Throws where rows of a block are gone and much earlier ones are not: months go oldest first, so nothing that goes by
 * rule leaves such a gap, and a bundle from there on would say nothing of it. At the edge of a month transactions mix.
 */
async function requireDropped(reader: LogReader, broken: number): Promise<void> {
  const [gap] = await reader.ask<{ number: string }>(Prisma.sql`
    SELECT oldest.number::text AS number
    FROM (SELECT tx, id FROM audit.events ORDER BY at, id LIMIT 1) e ${IN_BLOCK}
    JOIN audit.blocks oldest ON oldest.number = place.number
    JOIN audit.blocks gone ON gone.number = ${broken}
    WHERE gone.at > oldest.at + interval '1 hour'`)
  if (gap !== undefined)
    throw new Error(`rows of block ${broken} of the log are gone, and those of block ${gap.number} are not`)
}

function toBlock({ number, ...rest }: BlockRow): WholeBlock {
  return { number: Number(number), ...rest }
}
