import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { Deposit } from '../../storage/deposit.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'
import { checkAnchor } from './check-anchor.ts'
import { checkBlock, checkRows, listMissing } from './check-blocks.ts'
import { checkCheckpoint, type KeptCheckpoint } from './check-checkpoint.ts'
import { findDropped } from './dropped-rows.ts'
import type { LogFault } from './fault.ts'
import { checkNodes, type GrowingTree, growTree, readPeaks } from './growing-tree.ts'
import {
  cutStretches,
  type KeptBlock,
  type KeptSeries,
  readBlocks,
  readRows,
  readSeries,
} from './read-blocks.ts'
import { countRowsBefore } from './stray-rows.ts'

export type Checked = { readonly fault: LogFault } | { readonly rows: number; readonly anchor: string }

export type CheckOf = {
  readonly signer: CheckpointSigner
  readonly deposit: Deposit | null
  /** As many blocks are looked at; those that come meanwhile are the next check's. */
  readonly size: number
  /** Blocks that were looked at before this process took over. */
  readonly done: number
  readonly onProgress: (done: number) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Checks the whole log against itself and against its anchor: each row with its leaf, each block with its rows and the
 * one before it, the tree, the checkpoints and their signatures. Answers the first fault. A few blocks at a time, each
 * question by itself: it holds no transaction open and needs the same memory however long the log is.
 */
export async function checkLog(db: PrismaClient, asked: CheckOf): Promise<Checked> {
  const { size, signer, signal } = asked
  const { newest, ahead } = await readHeads(db, size)
  if (ahead !== null) {
    const sentence = `A checkpoint speaks of ${ahead} blocks and the log has fewer: its end was cut off.`
    return { fault: { code: 'tail-cut', sentence } }
  }
  const series = await readSeries(db)
  const tree = growTree(await readPeaks(db, asked.done), asked.done)
  const [begun] = asked.done === 0 ? [] : await readBlocks(db, asked.done - 1, asked.done)
  let last: KeptBlock | null = begun ?? null
  for (let done = asked.done; done < size; ) {
    signal.throwIfAborted()
    const blocks = await readBlocks(db, done, size)
    const fault =
      findGap(blocks, done, last) ??
      (await checkStretches(db, { blocks, last, series })) ??
      (await checkTree(db, tree, { blocks, signer, newest }))
    if (fault !== null) return { fault }
    last = blocks.at(-1) ?? last
    done += blocks.length
    await asked.onProgress(done)
  }
  const stray = await countRowsBefore(db, series, signal)
  if (stray !== null) return { fault: stray }
  const anchor = await checkAnchor(db, asked.deposit, { signer, signal })
  if ('fault' in anchor) return anchor
  return { rows: Number(last?.sealed ?? 0n), anchor: sayAnchor(anchor) }
}

function sayAnchor(anchor: { readonly size: number } | { readonly notChecked: string }): string {
  return 'size' in anchor
    ? `it extends what was anchored at ${anchor.size.toLocaleString('en')} blocks`
    : `not compared with an anchor: ${anchor.notChecked}`
}

type Heads = {
  /** The newest checkpoint of those that are looked at. */
  readonly newest: number
  /** One of more blocks than there are. */
  readonly ahead: number | null
}

/** In one question: a block is there before a checkpoint speaks of it. */
async function readHeads(db: PrismaClient, size: number): Promise<Heads> {
  const [row] = await db.$queryRaw<{ newest: bigint | null; last: bigint | null; blocks: bigint | null }[]>`
    SELECT (SELECT max(size) FROM audit.checkpoints WHERE size <= ${BigInt(size)}) AS newest,
      (SELECT max(size) FROM audit.checkpoints) AS last, (SELECT max(number) + 1 FROM audit.blocks) AS blocks`
  const { newest, last, blocks } = row ?? { newest: null, last: null, blocks: null }
  const isAhead = last !== null && last > (blocks ?? 0n)
  return { newest: Number(newest ?? 0n), ahead: isAhead ? Number(last) : null }
}

/** Whether these are the next blocks, one after the other. */
function findGap(blocks: readonly KeptBlock[], from: number, before: KeptBlock | null): LogFault | null {
  let previous = before
  for (let at = 0; at < Math.max(1, blocks.length); at += 1) {
    const block = blocks[at]
    if (block === undefined || Number(block.number) !== from + at)
      return { code: 'block-missing', sentence: `Block ${from + at} is gone.` }
    const fault = checkBlock(block, previous)
    if (fault !== null) return fault
    previous = block
  }
  return null
}

async function checkStretches(
  db: PrismaClient,
  {
    blocks,
    last,
    series,
  }: { blocks: readonly KeptBlock[]; last: KeptBlock | null; series: readonly KeptSeries[] },
): Promise<LogFault | null> {
  for (const stretch of cutStretches(blocks, last, series)) {
    const rows = await readRows(db, stretch)
    const missing = listMissing(stretch.blocks, rows)
    const dropped = missing.length === 0 ? new Set<bigint>() : await findDropped(db, missing)
    const fault = checkRows(stretch.blocks, rows, dropped)
    if (fault !== null) return fault
  }
  return null
}

async function checkTree(
  db: PrismaClient,
  tree: GrowingTree,
  { blocks, signer, newest }: { blocks: readonly KeptBlock[]; signer: CheckpointSigner; newest: number },
): Promise<LogFault | null> {
  const [first, last] = [blocks[0], blocks.at(-1)]
  if (first === undefined || last === undefined) return null
  const checkpoints = await db.$queryRaw<KeptCheckpoint[]>`
    SELECT size, text FROM audit.checkpoints WHERE size > ${first.number} AND size <= ${last.number + 1n}`
  const bySize = new Map(checkpoints.map((each) => [each.size, each]))
  const made: ReturnType<GrowingTree['add']> = []
  for (const { number, hash, series, sealed } of blocks) {
    made.push(...tree.add(hash))
    const kept = bySize.get(number + 1n)
    if (kept === undefined) continue
    const head = { root: tree.root(), series, rows: sealed }
    const fault = checkCheckpoint(kept, head, { signer, isNewest: Number(kept.size) === newest })
    if (fault !== null) return fault
  }
  return await checkNodes(db, made)
}
