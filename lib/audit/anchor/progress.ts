import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { LogWriter } from '../record.ts'

export type AnchorProgress = {
  /** Every checkpoint up to this size is at the anchor. */
  readonly throughSize: bigint
  readonly latestSize: bigint
  /** The first size of which the anchor had something else. */
  readonly otherSize: bigint | null
}

/** How far a place has been filled; noted down from nought when it is new. */
export async function readProgress(db: PrismaClient, place: string): Promise<AnchorProgress> {
  await db.$queryRaw`INSERT INTO anchors (place) VALUES (${place}) ON CONFLICT DO NOTHING`
  const [row] = await db.$queryRaw<AnchorProgress[]>`
    SELECT through_size AS "throughSize", latest_size AS "latestSize", other_size AS "otherSize"
    FROM anchors WHERE place = ${place}`
  return row ?? { throughSize: 0n, latestSize: 0n, otherSize: null }
}

/** The newest is there. */
export async function noteLatest(
  db: LogWriter,
  place: string,
  { size, at }: { readonly size: bigint; readonly at: Date },
): Promise<void> {
  await db.$queryRaw`
    UPDATE anchors SET latest_size = ${size}, latest_at = ${at}, anchored_at = clock_timestamp()
    WHERE place = ${place}`
}

/** Everything up to this size is there. */
export async function noteFilled(db: LogWriter, place: string, size: bigint): Promise<void> {
  await db.$queryRaw`
    UPDATE anchors SET through_size = ${size} WHERE place = ${place} AND through_size < ${size}`
}

/** Something else than the log has is there under this size; null: not any more. */
export async function noteOther(db: LogWriter, place: string, size: bigint | null): Promise<void> {
  await db.$queryRaw`
    UPDATE anchors SET other_size = CASE WHEN ${size}::bigint IS NULL THEN NULL ELSE least(other_size, ${size}::bigint) END
    WHERE place = ${place}`
}
