import type { PrismaClient } from '../../../prisma/client/client.ts'
import { isAppError } from '../../errors.ts'
import type { Deposit } from '../../storage/deposit.ts'
import { checkpointName, LATEST } from '../anchor/anchor-log.ts'
import { parseAnchored } from '../anchor/parse-anchored.ts'
import { readTreeRoot, readTreeSize } from '../read-tree.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'
import { same } from './check-blocks.ts'
import type { LogFault } from './fault.ts'

/** What the anchor says: a fault; how large the log is that it speaks of; or why it was not asked. */
export type AnchorVerdict =
  | { readonly fault: LogFault }
  | { readonly size: number }
  | { readonly notChecked: string }

/** Beside the newest so many others, picked anew each time. */
const PICKED = 16

/**
 * Reads back what was anchored. It finds what the log by itself cannot show: that its end was cut off, or that all of it
 * was written anew with the portal's own key.
 */
export async function checkAnchor(
  db: PrismaClient,
  deposit: Deposit | null,
  { signer, signal }: { readonly signer: CheckpointSigner; readonly signal: AbortSignal },
): Promise<AnchorVerdict> {
  if (deposit === null) return { notChecked: 'no anchor is configured' }
  try {
    return await compare(db, deposit, { signer, signal })
  } catch (error) {
    if (!isAppError(error) || signal.aborted) throw error
    return { notChecked: `the anchor could not be read: ${error.detail.replace(/\.$/, '')}` }
  }
}

async function compare(
  db: PrismaClient,
  deposit: Deposit,
  { signer, signal }: { readonly signer: CheckpointSigner; readonly signal: AbortSignal },
): Promise<AnchorVerdict> {
  const differs = (sentence: string): AnchorVerdict => ({ fault: { code: 'anchor-differs', sentence } })
  const kept = await deposit.find(LATEST, signal)
  if (kept === null) return { notChecked: 'nothing is at the anchor yet' }
  const latest = parseAnchored(kept.bytes, signer)
  if (latest === null) return differs(`${LATEST} at ${deposit.label} is no checkpoint of this log.`)
  const size = await readTreeSize(db)
  if (latest.size > size) {
    const sentence = `The anchor knows of ${latest.size} blocks and the log has ${size}: its end was cut off.`
    return { fault: { code: 'tail-cut', sentence } }
  }
  if (!same(latest.root, await readTreeRoot(db, latest.size)))
    return differs(`The log is not the one that was anchored at ${latest.size} blocks: it was written anew.`)
  const [own] = await db.$queryRaw<{ text: string }[]>`
    SELECT text FROM audit.checkpoints WHERE size = ${BigInt(latest.size)}`
  if (own === undefined || !same(kept.bytes, Buffer.from(own.text)))
    return differs(
      `The log does not have the checkpoint of ${latest.size} blocks that is at ${deposit.label}.`,
    )
  const picked = await db.$queryRaw<{ size: bigint; text: string }[]>`
    SELECT c.size, c.text FROM audit.checkpoints c, anchors a
    WHERE a.place = ${deposit.label} AND c.size <= a.through_size AND c.size IN (
      SELECT 1 + floor(random() * a.through_size)::bigint FROM generate_series(1, ${PICKED}::int))`
  for (const { size: each, text } of picked) {
    const name = checkpointName(each)
    const there = await deposit.find(name, signal)
    if (there === null) return differs(`${name} is gone from ${deposit.label}.`)
    if (!same(there.bytes, Buffer.from(text)))
      return differs(`${name} at ${deposit.label} is another than the log’s.`)
  }
  return { size: latest.size }
}
