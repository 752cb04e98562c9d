import type { PrismaClient } from '../../prisma/client/client.ts'
import { findRefusal } from '../database-refusal.ts'
import { type Block, renderBlockLine, renderRowLine } from './canonical.ts'
import type { LogRow } from './log-row.ts'
import { hashLeaves, hashTree } from './merkle.ts'
import { MOST_ROWS, readNextRows, readSealPosition, type SealPosition } from './next-rows.ts'
import { type CheckpointSigner, writeCheckpoint } from './write-checkpoint.ts'

export type Sealed = { readonly blocks: number; readonly rows: number }

/** Silence must be provable too: after so long there is a block without rows. */
const LONGEST_SILENCE_SECONDS = 600
const SERIALIZATION_FAILURE = '40001'

/**
 * Seals every row that is settled, in blocks, and signs the tree's new head. May be stopped or killed at any moment:
 * each block is written whole or not at all, and what is left comes with the next pass. Whoever finds that another
 * sealer was faster leaves it to that one.
 */
export async function sealLog(
  db: PrismaClient,
  signer: CheckpointSigner,
  signal: AbortSignal,
): Promise<Sealed> {
  let blocks = 0
  let rows = 0
  try {
    for (let isMore = true; isMore && !signal.aborted; ) {
      const position = await readSealPosition(db)
      const next = await readNextRows(db, position)
      if (next.length === 0 && position.silentSeconds < LONGEST_SILENCE_SECONDS) break
      await writeBlock(db, position, next)
      blocks += 1
      rows += next.length
      isMore = position.isLeftOver || next.length === MOST_ROWS
    }
    await writeCheckpoint(db, signer)
  } catch (error) {
    if (!isOutrun(error)) throw error
  }
  return { blocks, rows }
}

async function writeBlock(db: PrismaClient, position: SealPosition, rows: readonly LogRow[]): Promise<void> {
  const leaves = hashLeaves(rows.map(renderRowLine))
  const line = renderBlockLine(planBlock(position, rows, leaves))
  const ids = `{${rows.map(({ id }) => id).join(',')}}`
  await db.$queryRaw`SELECT audit.write_block(${line}, ${ids}::bigint[], ${leaves}::bytea)`
}

function planBlock(position: SealPosition, rows: readonly LogRow[], leaves: Uint8Array): Block {
  const { series, number, previous, afterTx, afterId, horizon, atMicroseconds } = position
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    ...{ series, number, previous, horizon, atMicroseconds },
    root: hashTree(leaves),
    count: rows.length,
    firstTx: first === undefined ? null : toBigInt(first.tx),
    throughTx: last === undefined ? afterTx : toBigInt(last.tx),
    throughId: last === undefined ? afterId : toBigInt(last.id),
  }
}

function toBigInt(digits: string | null): bigint {
  if (digits === null) throw new TypeError('a row of the log has no number')
  return BigInt(digits)
}

/** The database has the block or the checkpoint already. */
function isOutrun(error: unknown): boolean {
  return findRefusal(error)?.code === SERIALIZATION_FAILURE
}
