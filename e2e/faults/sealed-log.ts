// What is in the sealed log, counted and computed anew from its tables.
import { createHash } from 'node:crypto'
import type { Query } from '../stack/query.ts'

export type SealedLog = {
  readonly rows: number
  readonly blocks: number
  /** In no block. */
  readonly unsealed: number
  /** In more than one. */
  readonly doubled: number
  /** Block numbers without a block. */
  readonly gaps: number
  /** Blocks whose hash, root or quote of the one before is not what RFC 6962 makes of them. */
  readonly broken: number
  /** Whether the last checkpoint's root is that over its blocks. */
  readonly isHeadRight: boolean
}

type Block = { line: string; hash: Buffer; leaves: Buffer }

/** Counts rows up to this one; the portal may go on writing. */
export async function readSealedLog(query: Query, throughId: string): Promise<SealedLog> {
  const [head] = await query<{ text: string }>(
    'SELECT text FROM audit.checkpoints ORDER BY size DESC LIMIT 1',
  )
  const [, size = '0', root] = head?.text.split('\n') ?? []
  const [counts] = await query<{ rows: number; unsealed: number; doubled: number; gaps: number }>(
    `WITH sealed AS (SELECT unnest(ids) AS id FROM audit.block_leaves),
       places AS (SELECT id, count(*) AS blocks FROM sealed GROUP BY id)
     SELECT (SELECT count(*) FROM audit.events WHERE id <= $1)::int AS rows,
       (SELECT count(*) FROM audit.events e LEFT JOIN places p USING (id)
         WHERE e.id <= $1 AND p.id IS NULL)::int AS unsealed,
       (SELECT count(*) FROM places WHERE blocks > 1)::int AS doubled,
       (SELECT coalesce(max(number) + 1, 0) - count(*) FROM audit.blocks)::int AS gaps`,
    [throughId],
  )
  const blocks = await query<Block>(
    'SELECT line, hash, leaves FROM audit.blocks JOIN audit.block_leaves USING (number) ORDER BY number',
  )
  const signed = rootOf(blocks.slice(0, Number(size)).map(({ hash }) => hash)).toString('base64')
  return {
    ...(counts ?? { rows: 0, unsealed: 0, doubled: 0, gaps: 0 }),
    blocks: blocks.length,
    broken: countBroken(blocks),
    isHeadRight: root === signed,
  }
}

function countBroken(blocks: readonly Block[]): number {
  let previous = '0'.repeat(64)
  let broken = 0
  for (const { line, hash, leaves } of blocks) {
    const hashes = Array.from({ length: leaves.length / 32 }, (_, at) =>
      leaves.subarray(32 * at, 32 * at + 32),
    )
    const isRight =
      line.includes(`"previous":"${previous}"`) &&
      line.includes(`"root":"${rootOf(hashes).toString('hex')}"`) &&
      sha256(Buffer.of(0), Buffer.from(line)).equals(hash)
    if (!isRight) broken += 1
    previous = hash.toString('hex')
  }
  return broken
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}
