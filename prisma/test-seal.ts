import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Session } from './test-log.ts'

/** For tests: the next block as a sealer would write it, made of columns alone. Leaves are random: rows are not asked. */
export type NextBlock = { line: Record<string, unknown>; ids: string[]; leaves: Buffer }

type Position = {
  series: number
  number: string
  previous: string
  after_tx: string
  after_id: string
  first_id: string
  horizon: string
  at: string
}

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** RFC 6962 §2.1 as it is defined, by recursion. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))
}

export function cutLeaves(leaves: Buffer): Buffer[] {
  return Array.from({ length: leaves.length / 32 }, (_, at) => leaves.subarray(at * 32, at * 32 + 32))
}

const SETTLES_WITHIN_MS = 60_000
const LOOK_EACH_MS = 20

/** Other transactions of the server, of whatever database, may hold the horizon back for a while. Null: the newest row. */
async function awaitSettled(session: Session, id: string | null): Promise<void> {
  const giveUpAt = performance.now() + SETTLES_WITHIN_MS
  for (;;) {
    const [row] = await session.ask<{ settled: boolean }>(
      `SELECT coalesce(max(tx) < pg_snapshot_xmin(pg_current_snapshot()), true) AS settled
       FROM audit.events WHERE $1::bigint IS NULL OR id = $1`,
      [id],
    )
    if (row?.settled === true) return
    if (performance.now() > giveUpAt) throw new Error('the horizon does not move')
    await wait(LOOK_EACH_MS)
  }
}

/** Of the rows that are there, or up to one of them. */
export async function planNextBlock(session: Session, upTo: string | null = null): Promise<NextBlock> {
  await awaitSettled(session, upTo)
  const [position] = await session.ask<Position>(
    `SELECT series, number, encode(previous, 'hex') AS previous, after_tx::text, after_id, first_id, horizon::text,
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at FROM audit.seal_position()`,
  )
  if (position === undefined) throw new Error('no series has begun')
  const rows = await session.ask<{ id: string; tx: string }>(
    `SELECT id, tx::text FROM audit.events
     WHERE (tx, id) > ($1::xid8, $2) AND tx < $3::xid8 AND id >= $4 ORDER BY audit.events.tx, id LIMIT 1024`,
    [position.after_tx, position.after_id, position.horizon, position.first_id],
  )
  const ids = rows.map(({ id }) => id)
  const leaves = randomBytes(32 * ids.length)
  return { ids, leaves, line: renderLine(position, rows, leaves) }
}

function renderLine(
  position: Position,
  rows: readonly { id: string; tx: string }[],
  leaves: Buffer,
): Record<string, unknown> {
  const last = rows.at(-1)
  return {
    at: position.at,
    count: rows.length,
    ...(rows[0] === undefined ? {} : { first_tx: Number(rows[0].tx) }),
    horizon: Number(position.horizon),
    number: Number(position.number),
    previous: position.previous,
    root: rootOf(cutLeaves(leaves)).toString('hex'),
    series: position.series,
    through_id: Number(last?.id ?? position.after_id),
    through_tx: Number(last?.tx ?? position.after_tx),
    v: 1,
  }
}

export const WRITE_BLOCK = 'SELECT audit.write_block($1, $2, $3) AS number'

export function blockValues({ line, ids, leaves }: NextBlock): unknown[] {
  return [JSON.stringify(line), ids, leaves]
}

/** Seals until nothing is left. */
export async function sealRows(session: Session): Promise<void> {
  for (;;) {
    const block = await planNextBlock(session)
    if (block.ids.length === 0) return
    await session.ask(WRITE_BLOCK, blockValues(block))
  }
}
