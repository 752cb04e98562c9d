import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import type { LogScope } from '../learn-filter.ts'
import { EVENT_TABLES } from '../logged-event.ts'
import { OUTGOING_COLUMNS, type OutgoingEvent, toOutgoingEvent } from './outgoing-event.ts'
import type { SealPlace } from './seal-place.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

export type SealedReading = {
  readonly from: SealPlace
  /** Up to here, however long it takes; left out: as far as is sealed, a while at most. */
  readonly until?: SealPlace
  /** At most so many events. */
  readonly limit: number
  /** Which rows, over `EVENT_TABLES`; empty: all. */
  readonly where: readonly Prisma.Sql[]
}

export type SealedEvents = {
  readonly events: readonly OutgoingEvent[]
  /** Where to go on; the same place when nothing more is sealed. */
  readonly next: SealPlace
}

export type SealedBlock = { readonly number: number; readonly count: number }

/** A part of a block's rows, end exclusive. */
type Piece = { readonly block: number; readonly start: number; readonly end: number }

/** The rows of a piece, and between which bounds of transactions and numbers they lie. */
type Slice = {
  readonly block: number
  readonly start: number
  readonly ids: readonly bigint[]
  readonly firstTx: string
  readonly throughTx: string
  readonly low: bigint
  readonly high: bigint
}

type PlacedEvent = { readonly place: SealPlace; readonly event: OutgoingEvent }

/** What one question looks through. */
const ROWS_AT_ONCE = 1_000
const BLOCKS_AT_ONCE = 1_000
/** Where few rows fit, so many are looked through at most, or for so long; the caller goes on from there. */
const MOST_LOOKED_THROUGH = 20_000
const LONGEST_MS = 1_000

/**
 * Rows of the log in the order they were sealed in, which is the only one in which nothing ever comes in between
 * afterwards: numbers are given out before a commit, and transactions end in any order. Rows that were dropped since
 * are passed over.
 */
export async function readSealed(
  db: Reader,
  { from, until, limit, where }: SealedReading,
): Promise<SealedEvents> {
  const events: OutgoingEvent[] = []
  const endsAt = performance.now() + LONGEST_MS
  let place = from
  for (let looked = 0; events.length < limit; ) {
    if (until === undefined && (looked >= MOST_LOOKED_THROUGH || performance.now() >= endsAt)) break
    const blocks = cutOff(await readBlocks(db, place.block), until)
    if (blocks.length === 0) break
    const most = where.length === 0 ? Math.min(ROWS_AT_ONCE, limit - events.length) : ROWS_AT_ONCE
    const { pieces, next } = planPieces(place, blocks, most)
    const rows = await readPieces(db, pieces, where)
    const room = limit - events.length
    events.push(...rows.slice(0, room).map(({ event }) => event))
    const last = rows[room - 1]?.place
    place = rows.length > room && last !== undefined ? { ...last, row: last.row + 1 } : next
    looked += pieces.reduce((sum, { start, end }) => sum + end - start, 0) + blocks.length
  }
  return { events, next: place }
}

/** Blocks before a place, the last of them as far as it reaches. */
function cutOff(blocks: readonly SealedBlock[], until: SealPlace | undefined): readonly SealedBlock[] {
  if (until === undefined) return blocks
  return blocks
    .filter(({ number }) => number < until.block || (number === until.block && until.row > 0))
    .map(({ number, count }) => ({ number, count: number === until.block ? until.row : count }))
}

/** Rows of these projects; those without a project are for whoever reads all. */
export function ofScope(scope: LogScope): Prisma.Sql[] {
  if (scope === 'all') return []
  return [Prisma.sql`coalesce(e.project_id, o.project_id) = ANY(${[...scope]}::uuid[])`]
}

/** Which rows of these blocks come next, `most` at most, and where it goes on after them. */
export function planPieces(
  from: SealPlace,
  blocks: readonly SealedBlock[],
  most: number,
): { readonly pieces: readonly Piece[]; readonly next: SealPlace } {
  const pieces: Piece[] = []
  let left = most
  let next = from
  for (const { number, count } of blocks) {
    const start = number === from.block ? Math.min(from.row, count) : 0
    const end = Math.min(count, start + left)
    if (end > start) pieces.push({ block: number, start, end })
    left -= end - start
    if (end < count) return { pieces, next: { block: number, row: end } }
    next = { block: number + 1, row: 0 }
  }
  return { pieces, next }
}

async function readBlocks(db: Reader, from: number): Promise<SealedBlock[]> {
  const rows = await db.$queryRaw<{ number: bigint; count: number }[]>`
    SELECT number, count FROM audit.blocks WHERE number >= ${from}::bigint ORDER BY number LIMIT ${BLOCKS_AT_ONCE}`
  return rows.map(({ number, count }) => ({ number: Number(number), count }))
}

/** The rows of some pieces that fit, in order. */
async function readPieces(
  db: Reader,
  pieces: readonly Piece[],
  where: readonly Prisma.Sql[],
): Promise<PlacedEvent[]> {
  const slices = await readSlices(db, pieces)
  const placeOf = new Map(
    slices.flatMap(({ block, start, ids }) => ids.map((id, at) => [id, { block, row: start + at }])),
  )
  if (placeOf.size === 0) return []
  // Rows lie beside each other by transaction: found so, none is looked for alone.
  const fits = [
    Prisma.sql`e.tx BETWEEN b.first_tx AND b.through_tx AND e.id BETWEEN b.low AND b.high`,
    Prisma.sql`e.id = ANY(${[...placeOf.keys()]}::bigint[])`,
    ...where,
  ]
  const rows = await db.$queryRaw<OutgoingEvent[]>(Prisma.sql`
    SELECT each.*
    FROM unnest(
      ${slices.map(({ firstTx }) => firstTx)}::text[]::xid8[], ${slices.map(({ throughTx }) => throughTx)}::text[]::xid8[],
      ${slices.map(({ low }) => low)}::bigint[], ${slices.map(({ high }) => high)}::bigint[]
    ) AS b(first_tx, through_tx, low, high)
    CROSS JOIN LATERAL (
      SELECT ${OUTGOING_COLUMNS} FROM ${EVENT_TABLES} WHERE ${Prisma.join(fits, ' AND ')}
    ) each`)
  // One that lies within the bounds of two blocks was found twice.
  const found = new Map(rows.map((event) => [event.id, event]))
  return [...placeOf].flatMap(([id, place]) => {
    const event = found.get(String(id))
    return event === undefined ? [] : [{ place, event: toOutgoingEvent(event) }]
  })
}

/** Which rows the pieces are, in order, and between which bounds they lie. */
async function readSlices(db: Reader, pieces: readonly Piece[]): Promise<Slice[]> {
  if (pieces.length === 0) return []
  const rows = await db.$queryRaw<(Omit<Slice, 'block'> & { block: bigint })[]>`
    SELECT p.number AS block, p.lo AS start, l.ids[p.lo + 1 : p.hi] AS ids,
      s.line::jsonb ->> 'first_tx' AS "firstTx", s.through_tx::text AS "throughTx",
      (SELECT min(id) FROM unnest(l.ids[p.lo + 1 : p.hi]) AS id) AS low,
      (SELECT max(id) FROM unnest(l.ids[p.lo + 1 : p.hi]) AS id) AS high
    FROM unnest(
      ${pieces.map(({ block }) => BigInt(block))}::bigint[], ${pieces.map(({ start }) => start)}::int[],
      ${pieces.map(({ end }) => end)}::int[]
    ) AS p(number, lo, hi)
    JOIN audit.block_leaves l ON l.number = p.number JOIN audit.blocks s ON s.number = p.number
    ORDER BY p.number`
  return rows.map(({ block, ...slice }) => ({ ...slice, block: Number(block) }))
}
