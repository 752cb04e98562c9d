import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import { LOG_ROW_SELECT, type LogRow } from '../log-row.ts'

/** A block as it is kept. `ids` and `leaves` are null when they are gone. */
export type KeptBlock = {
  readonly number: bigint
  readonly series: number
  readonly line: string
  readonly hash: Uint8Array
  readonly root: Uint8Array
  readonly count: number
  readonly sealed: bigint
  readonly throughTx: string
  readonly throughId: bigint
  readonly ids: readonly bigint[] | null
  readonly leaves: Uint8Array | null
}

export type KeptSeries = {
  readonly number: number
  readonly firstId: bigint
  /** Where the next series begins; null in the last. */
  readonly nextFirstId: bigint | null
  readonly leftOver: bigint
  readonly previousSealed: bigint
}

/** A row and whether personal content beside it hashes to something else than the row says. */
export type CheckedRow = LogRow & { readonly isContentOther: boolean }

/** So many at once; their ids and hashes are 40 bytes a row, 1,024 rows a block at most. */
const BLOCKS_AT_ONCE = 64
/** With as many rows; fewer blocks where they are full. */
const ROWS_AT_ONCE = 1024

type Reader = Pick<PrismaClient, '$queryRaw'>

export function readSeries(db: Reader): Promise<KeptSeries[]> {
  return db.$queryRaw<KeptSeries[]>`
    SELECT number, first_id AS "firstId", lead(first_id) OVER (ORDER BY number) AS "nextFirstId",
      left_over AS "leftOver", previous_sealed AS "previousSealed"
    FROM audit.series ORDER BY number`
}

/** Blocks from this number on, up to `size`, in their order. */
export function readBlocks(db: Reader, from: number, size: number): Promise<KeptBlock[]> {
  return db.$queryRaw<KeptBlock[]>`
    SELECT b.number, b.series, b.line, b.hash, b.root, b.count, b.sealed,
      b.through_tx::text AS "throughTx", b.through_id AS "throughId", l.ids, l.leaves
    FROM audit.blocks b LEFT JOIN audit.block_leaves l USING (number)
    WHERE b.number >= ${BigInt(from)} AND b.number < ${BigInt(size)}
    ORDER BY b.number LIMIT ${BLOCKS_AT_ONCE}`
}

export type Stretch = {
  readonly blocks: readonly KeptBlock[]
  readonly series: KeptSeries
  /** Rows of earlier series that no block had: they are named one by one, and not by their order. */
  readonly isLeftOver: boolean
  readonly afterTx: string
  readonly afterId: bigint
}

/** Cuts blocks into stretches whose rows are read with one question. */
export function cutStretches(
  blocks: readonly KeptBlock[],
  before: KeptBlock | null,
  series: readonly KeptSeries[],
): Stretch[] {
  const stretches: { blocks: KeptBlock[]; start: Omit<Stretch, 'blocks'>; rows: number }[] = []
  let previous = before
  for (const block of blocks) {
    const start = startOf(block, previous, series)
    const last = stretches.at(-1)
    const goesOn =
      last !== undefined &&
      last.start.series.number === start.series.number &&
      last.start.isLeftOver === start.isLeftOver &&
      last.rows + block.count <= ROWS_AT_ONCE
    if (goesOn) {
      last.blocks.push(block)
      last.rows += block.count
    } else stretches.push({ blocks: [block], start, rows: block.count })
    previous = block
  }
  return stretches.map(({ blocks: own, start }) => ({ blocks: own, ...start }))
}

/** As audit.seal_position() has it: after which row a block begins. */
function startOf(
  block: KeptBlock,
  previous: KeptBlock | null,
  all: readonly KeptSeries[],
): Omit<Stretch, 'blocks'> {
  const series = all.find(({ number }) => number === block.series) ?? NO_SERIES
  const done = (previous?.sealed ?? 0n) - series.previousSealed
  const goesOn = previous !== null && previous.series === series.number && done !== series.leftOver
  return {
    series,
    isLeftOver: done < series.leftOver,
    afterTx: goesOn ? previous.throughTx : '0',
    afterId: goesOn ? previous.throughId : 0n,
  }
}

const NO_SERIES: KeptSeries = { number: -1, firstId: 0n, nextFirstId: null, leftOver: 0n, previousSealed: 0n }

/** Every row that lies where the stretch's blocks have theirs, in the order they are sealed in, a few more at most. */
export function readRows(db: Reader, stretch: Stretch): Promise<CheckedRow[]> {
  const { series, afterTx, afterId, isLeftOver } = stretch
  const last = stretch.blocks.at(-1)
  const rows = stretch.blocks.reduce((sum, { count }) => sum + count, 0)
  if (last === undefined || (rows === 0 && isLeftOver)) return Promise.resolve([])
  const within = Prisma.sql`(e.tx, e.id) > (${afterTx}::xid8, ${afterId}::bigint)
    AND (e.tx, e.id) <= (${last.throughTx}::xid8, ${last.throughId}::bigint)`
  const from = isLeftOver
    ? Prisma.sql`(
        SELECT o.* FROM audit.left_over l
        CROSS JOIN LATERAL (SELECT * FROM audit.events o WHERE o.at = l.at AND o.id = l.id LIMIT 1) o
        WHERE l.series = ${series.number} AND (l.tx, l.id) > (${afterTx}::xid8, ${afterId}::bigint)
          AND (l.tx, l.id) <= (${last.throughTx}::xid8, ${last.throughId}::bigint)
      ) e`
    : Prisma.sql`(
        SELECT * FROM audit.events e
        WHERE ${within} AND e.id >= ${series.firstId}::bigint
          AND (${series.nextFirstId}::bigint IS NULL OR e.id < ${series.nextFirstId}::bigint)
        ORDER BY e.tx, e.id LIMIT ${rows + 1}
      ) e`
  return db.$queryRaw<CheckedRow[]>(Prisma.sql`
    SELECT ${Prisma.raw(LOG_ROW_SELECT)}, ${Prisma.raw(CONTENT_OTHER)} AS "isContentOther"
    FROM ${from} LEFT JOIN audit.audit_content c ON c.event_id = e.event_id
    ORDER BY e.tx, e.id`)
}

const PERSONAL = ['actor_name', 'actor_email', 'address', 'user_agent', 'reason', 'case_reference'] as const

const CONTENT_OTHER = PERSONAL.map(
  (field) => `(c.${field} IS NOT NULL AND e.${field}_hash IS DISTINCT FROM
    sha256(c.${field}_salt || convert_to(c.${field}, 'UTF8')))`,
).join(' OR ')
