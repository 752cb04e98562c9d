import type { PrismaClient } from '../../../prisma/client/client.ts'
import { AppError } from '../../errors.ts'
import type { Deposit } from '../../storage/deposit.ts'
import { readTreeRoot } from '../read-tree.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'
import { parseAnchored } from './parse-anchored.ts'
import { type AnchorProgress, noteFilled, noteLatest, noteOther, readProgress } from './progress.ts'

export const LATEST = 'latest.checkpoint'

export type Anchored = {
  /** How many checkpoints were put there. */
  readonly written: number
  /** Whether there are more to be put there, which came while the anchor could not be reached. */
  readonly isMore: boolean
}

type Stored = { readonly size: bigint; readonly text: string; readonly at: Date }
type Pass = { readonly db: PrismaClient; readonly deposit: Deposit; readonly signal: AbortSignal }

/** So many at once, in the order of their sizes; then the newest goes first again. */
const BATCH = 64
const KNOWS_MORE = 'more blocks were anchored than the log has; its end may have been cut off.'
const SIDE_BY_SIDE = 8

/** The name that the checkpoint of so many blocks has at the anchor. */
export function checkpointName(size: bigint | number): string {
  return `${size}.checkpoint`
}

/**
 * Puts checkpoints at the anchor: the newest first, then those that are not there yet, oldest first. Killed at any
 * moment, it goes on where it was. What is there already with other bytes is left as it is, and the rest goes on.
 * @throws AppError `anchor-conflict` when something else is there than this log would have put there
 */
export async function anchorLog(
  db: PrismaClient,
  deposit: Deposit,
  { signer, signal }: { readonly signer: CheckpointSigner; readonly signal: AbortSignal },
): Promise<Anchored> {
  const pass = { db, deposit, signal }
  const progress = await readProgress(db, deposit.label)
  const newest = await readNewest(db)
  if ((newest?.size ?? 0n) < progress.latestSize) throw conflict(deposit, KNOWS_MORE)
  if (newest === null) return { written: 0, isMore: false }
  const faults: unknown[] = []
  let written = 0
  if (newest.size > progress.latestSize) {
    if (!(await put(pass, newest))) faults.push(await noteConflict(pass, newest.size))
    written += 1
    const moved = await moveLatest(pass, newest, signer).catch((error: unknown) => ({ error }))
    if ('error' in moved) faults.push(moved.error)
  }
  if (progress.otherSize !== null) faults.push(await lookAgain(pass, progress.otherSize))
  const filled = await fill(pass, progress, newest.size)
  faults.push(...filled.faults)
  const fault = faults.find((each) => each !== null)
  if (fault !== undefined) throw fault
  return { written: written + filled.written, isMore: filled.isMore }
}

async function readNewest(db: PrismaClient): Promise<Stored | null> {
  const [newest] = await db.$queryRaw<Stored[]>`
    SELECT size, text, at FROM audit.checkpoints ORDER BY size DESC LIMIT 1`
  return newest ?? null
}

/** False when the anchor has something else under this size. */
async function put({ deposit, signal }: Pass, { size, text }: Stored): Promise<boolean> {
  const [name, bytes] = [checkpointName(size), Buffer.from(text)]
  if ((await deposit.create(name, bytes, signal)) === 'written') return true
  const kept = await deposit.find(name, signal)
  return kept !== null && Buffer.compare(kept.bytes, bytes) === 0
}

/** `latest` goes only forward, and only to a log that extends the one it spoke of. */
async function moveLatest(
  { db, deposit, signal }: Pass,
  newest: Stored,
  signer: CheckpointSigner,
): Promise<{ readonly isMoved: true }> {
  const kept = await deposit.find(LATEST, signal)
  const bytes = Buffer.from(newest.text)
  if (kept === null || Buffer.compare(kept.bytes, bytes) !== 0) {
    if (kept !== null) await requireExtended(db, kept.bytes, { deposit, signer, size: Number(newest.size) })
    const mark = kept?.mark ?? null
    if ((await deposit.replace(LATEST, bytes, { mark, signal })) === 'moved')
      throw new AppError('storage-unavailable', `Somebody else writes ${LATEST} in ${deposit.label}.`)
  }
  await noteLatest(db, deposit.label, newest)
  return { isMoved: true }
}

async function requireExtended(
  db: PrismaClient,
  bytes: Uint8Array,
  { deposit, signer, size }: { deposit: Deposit; signer: CheckpointSigner; size: number },
): Promise<void> {
  const anchored = parseAnchored(bytes, signer)
  if (anchored === null) throw conflict(deposit, `${LATEST} is no checkpoint of this log.`)
  if (anchored.size > size) throw conflict(deposit, KNOWS_MORE)
  if (Buffer.compare(anchored.root, await readTreeRoot(db, anchored.size)) !== 0)
    throw conflict(deposit, 'the log is not the one that was anchored; it may have been written anew.')
}

type Filled = {
  readonly written: number
  readonly isMore: boolean
  readonly faults: readonly (AppError | null)[]
}

async function fill(pass: Pass, { throughSize }: AnchorProgress, newest: bigint): Promise<Filled> {
  const missing = await pass.db.$queryRaw<Stored[]>`
    SELECT size, text, at FROM audit.checkpoints WHERE size > ${throughSize} AND size < ${newest}
    ORDER BY size LIMIT ${BATCH}`
  const faults: (AppError | null)[] = []
  for (let at = 0; at < missing.length; at += SIDE_BY_SIDE) {
    const some = missing.slice(at, at + SIDE_BY_SIDE)
    const same = await Promise.all(some.map((each) => put(pass, each)))
    for (const [place, { size }] of some.entries())
      if (same[place] === false) faults.push(await noteConflict(pass, size))
    const last = some.at(-1)
    if (last !== undefined) await noteFilled(pass.db, pass.deposit.label, last.size)
  }
  const isMore = missing.length === BATCH
  // None is missing up to the newest, which was put there before.
  if (!isMore) await noteFilled(pass.db, pass.deposit.label, newest)
  return { written: missing.length, isMore, faults }
}

async function noteConflict({ db, deposit }: Pass, size: bigint): Promise<AppError> {
  await noteOther(db, deposit.label, size)
  return conflictOf(deposit, size)
}

function conflictOf(deposit: Deposit, size: bigint): AppError {
  return conflict(deposit, `${checkpointName(size)} is there, and is not the one that the log has.`)
}

function conflict({ label }: Deposit, what: string): AppError {
  return new AppError('anchor-conflict', `${label}: ${what}`)
}

/** The difference found earlier: null once it is gone. */
async function lookAgain(pass: Pass, size: bigint): Promise<AppError | null> {
  const [stored] = await pass.db.$queryRaw<Stored[]>`
    SELECT size, text, at FROM audit.checkpoints WHERE size = ${size}`
  if (stored === undefined || !(await put(pass, stored))) return conflictOf(pass.deposit, size)
  await noteOther(pass.db, pass.deposit.label, null)
  return null
}
