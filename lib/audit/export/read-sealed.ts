// Rows as they were sealed: in the order of the log, which is that of blocks and not of time. What a bundle is written
// from is read in passes, a file each, all of one moment.
import { Prisma } from '../../../prisma/client/client.ts'
import { renderRowLine } from '../canonical.ts'
import { LOG_ROW_SELECT, type LogRow } from '../log-row.ts'
import { EVENT_TABLES } from '../logged-event.ts'
import type { BundleContent } from '../write-bundle.ts'
import type { BlockOfRows, SealedBlock } from '../write-proofs.ts'
import { IN_BLOCK } from './locate-in-blocks.ts'
import type { LogReader } from './open-reader.ts'
import { readBlocks, readTheseBlocks, type WholeBlock } from './read-blocks.ts'
import { readContent } from './read-content.ts'

/** What a bundle holds of the log, each read when it is asked for, from the beginning. */
export type SealedRows = {
  readonly rows: () => AsyncGenerator<string>
  readonly content: () => AsyncGenerator<BundleContent>
}

const KEYS_AT_ONCE = 1_000
const BLOCKS_AT_ONCE = 32

type Key = { number: string; id: string; at: string; eventId: string }

/** Every row of the blocks from one number up to another. */
export function readRange(
  reader: LogReader,
  range: { readonly from: number; readonly to: number },
): SealedRows & { readonly blocks: () => AsyncGenerator<SealedBlock> } {
  async function* eachBlock(): AsyncGenerator<LogRow[]> {
    for await (const block of readBlocks(reader, range)) yield await readRowsOf(reader, block)
  }
  return {
    blocks: () => readBlocks(reader, range),
    async *rows() {
      for await (const rows of eachBlock()) for (const row of rows) yield renderRowLine(row)
    },
    async *content() {
      for await (const block of readBlocks(reader, range)) {
        const keys = await readEventIds(reader, block)
        yield* await readContent(reader, keys)
      }
    },
  }
}

/** The rows that fit, of the blocks below a number. */
export function readFiltered(
  reader: LogReader,
  { where, size }: { readonly where: Prisma.Sql; readonly size: number },
): SealedRows & { readonly blocks: () => AsyncGenerator<BlockOfRows> } {
  const keys = (): AsyncGenerator<Key[]> =>
    reader.stream<Key>(
      Prisma.sql`
        SELECT place.number::text AS number, e.id::text AS id, e.at::text AS at, e.event_id AS "eventId"
        FROM ${EVENT_TABLES} ${IN_BLOCK}
        WHERE place.number < ${size} AND ${where}
        ORDER BY place.number, e.tx, e.id`,
      KEYS_AT_ONCE,
    )
  return {
    async *rows() {
      for await (const batch of keys())
        for (const row of await readRowsBy(reader, batch)) yield renderRowLine(row)
    },
    async *content() {
      for await (const batch of keys())
        yield* await readContent(
          reader,
          batch.map(({ eventId }) => eventId),
        )
    },
    async *blocks() {
      for await (const groups of inBlocks(keys())) {
        const blocks = await readTheseBlocks(reader, [...groups.keys()])
        for (const block of blocks) yield findIndexes(block, groups.get(block.number) ?? [])
      }
    },
  }
}

async function readRowsOf(reader: LogReader, block: WholeBlock): Promise<LogRow[]> {
  return inOrder(block, await reader.ask<LogRow>(selectOf(Prisma.raw(LOG_ROW_SELECT), block)))
}

async function readEventIds(reader: LogReader, block: WholeBlock): Promise<string[]> {
  const columns = Prisma.sql`e.id::text AS id, e.event_id AS "eventId"`
  const rows = await reader.ask<{ id: string; eventId: string }>(selectOf(columns, block))
  return inOrder(block, rows).map(({ eventId }) => eventId)
}

function selectOf(columns: Prisma.Sql, { firstTx, throughTx, ids }: WholeBlock): Prisma.Sql {
  return Prisma.sql`
    SELECT ${columns} FROM audit.events e
    WHERE e.tx >= ${firstTx}::xid8 AND e.tx <= ${throughTx}::xid8 AND e.id = ANY(${ids}::bigint[])`
}

function inOrder<Row extends { readonly id: string | null }>(
  { ids }: WholeBlock,
  rows: readonly Row[],
): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = byId.get(id)
    if (row === undefined) throw new Error(`row ${id} was sealed and is not in the log`)
    return row
  })
}

/** One by one, each in its month: never by reading the whole log. */
function readRowsBy(reader: LogReader, keys: readonly Key[]): Promise<LogRow[]> {
  return reader.ask<LogRow>(Prisma.sql`
    SELECT ${Prisma.raw(LOG_ROW_SELECT)}
    FROM unnest(${keys.map(({ at }) => at)}::timestamptz[], ${keys.map(({ id }) => id)}::bigint[])
      WITH ORDINALITY AS k(at, id, place)
    CROSS JOIN LATERAL (SELECT * FROM audit.events e WHERE e.at = k.at AND e.id = k.id LIMIT 1) e
    ORDER BY k.place`)
}

/** Rows by their blocks, so many blocks at a time; a block is never divided. */
async function* inBlocks(batches: AsyncIterable<Key[]>): AsyncGenerator<Map<number, string[]>> {
  let groups = new Map<number, string[]>()
  for await (const batch of batches) {
    for (const { number, id } of batch) {
      const known = groups.get(Number(number))
      if (known === undefined && groups.size === BLOCKS_AT_ONCE) {
        yield groups
        groups = new Map()
      }
      if (known === undefined) groups.set(Number(number), [id])
      else known.push(id)
    }
  }
  if (groups.size > 0) yield groups
}

function findIndexes({ number, line, leaves, ids }: WholeBlock, chosen: readonly string[]): BlockOfRows {
  const places = new Map(ids.map((id, index) => [id, index]))
  const indexes = chosen.map((id) => {
    const index = places.get(id)
    if (index === undefined) throw new Error(`row ${id} is not in block ${number}`)
    return index
  })
  return { number, line, leaves, indexes }
}
