import type { KeyObject } from 'node:crypto'
import type { PrismaClient } from '../../prisma/client/client.ts'
import { signCheckpoint } from './checkpoint.ts'
import { readTreeRoot } from './read-tree.ts'

export type CheckpointSigner = {
  /** Names the log and its keys. */
  readonly origin: string
  readonly key: KeyObject
  /** The key before it. For as long as it is set both sign: so one takes over from the other. */
  readonly previousKey: KeyObject | null
}

type Head = { size: bigint; series: number; sealed: bigint; now: Date }

/** Signs the tree as it is, unless the last checkpoint speaks for all of it already. */
export async function writeCheckpoint(db: PrismaClient, signer: CheckpointSigner): Promise<void> {
  const [head] = await db.$queryRaw<Head[]>`
    SELECT b.number + 1 AS size, b.series, b.sealed, clock_timestamp() AS now
    FROM (SELECT * FROM audit.blocks ORDER BY number DESC LIMIT 1) b
    WHERE NOT EXISTS (SELECT FROM audit.checkpoints c WHERE c.size > b.number)`
  if (head === undefined) return
  const size = Number(head.size)
  const { origin, key, previousKey } = signer
  const root = await readTreeRoot(db, size)
  const checkpoint = { origin, size, root, series: head.series, at: head.now, rows: Number(head.sealed) }
  const note = signCheckpoint(checkpoint, previousKey === null ? [key] : [key, previousKey])
  await db.$queryRaw`SELECT audit.write_checkpoint(${head.size}, ${note})::text`
}
