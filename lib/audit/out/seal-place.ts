import type { PrismaClient } from '../../../prisma/client/client.ts'
import { AppError } from '../../errors.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

/** A place in the order in which the log is sealed: the next row to be read, by its block and its place in that. */
export type SealPlace = { readonly block: number; readonly row: number }

export const BEGINNING: SealPlace = { block: 0, row: 0 }

const CURSOR = /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,3})\.([0-9a-f]{16})$/

/**
 * A place as other programs keep it. It quotes the hash of the last block that something was read of: after a restore
 * to an earlier state the log goes on differently, and whoever went on by numbers alone would miss what came instead.
 */
export async function renderCursor(db: Reader, place: SealPlace): Promise<string> {
  const quoted = (await quote(db, place)) ?? nothing
  return Buffer.from(`${place.block}.${place.row}.${quoted}`).toString('base64url')
}

/** Reads such a place. Throws `request-invalid` for what is none, or is one of another log. */
export async function parseCursor(db: Reader, text: string): Promise<SealPlace> {
  const plain = Buffer.from(text, 'base64url')
  const [, block, row, quoted] = CURSOR.exec(plain.toString('latin1')) ?? []
  if (block === undefined || row === undefined || plain.toString('base64url') !== text)
    throw new AppError('request-invalid', 'after: is not a cursor that this address gave.')
  const place = { block: Number(block), row: Number(row) }
  if (((await quote(db, place)) ?? (isBeginning(place) ? nothing : null)) !== quoted)
    throw new AppError(
      'request-invalid',
      'after: is a cursor of a log that went on differently, before a restore. Begin again without it, or by a time in from.',
    )
  return place
}

/** Of the beginning nothing is quoted. */
const nothing = '0'.repeat(16)

const isBeginning = ({ block, row }: SealPlace): boolean => block === 0 && row === 0

async function quote(db: Reader, { block, row }: SealPlace): Promise<string | null> {
  const number = row > 0 ? block : block - 1
  const [found] = await db.$queryRaw<{ quoted: string }[]>`
    SELECT left(encode(hash, 'hex'), 16) AS quoted FROM audit.blocks
    WHERE number = ${number}::bigint AND count >= ${row}::int`
  return found?.quoted ?? null
}

/** The place of what is sealed from now on. */
export async function findEnd(db: Reader): Promise<SealPlace> {
  const [row] = await db.$queryRaw<{ block: bigint }[]>`
    SELECT coalesce(max(number) + 1, 0) AS block FROM audit.blocks`
  return { block: Number(row?.block ?? 0), row: 0 }
}

/**
 * Where what is on record since a moment begins: a row is never in a block from before it. Some more may come with it. A
 * clock that was set back within a day loses nothing.
 */
export async function findPlaceOf(db: Reader, moment: Date): Promise<SealPlace> {
  const [row] = await db.$queryRaw<{ block: bigint | null }[]>`
    SELECT min(number) AS block FROM audit.blocks
    WHERE at >= ${moment} AND at <= (SELECT min(at) FROM audit.blocks WHERE at >= ${moment}) + interval '1 day'`
  return row?.block == null ? findEnd(db) : { block: Number(row.block), row: 0 }
}
