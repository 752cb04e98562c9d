import type { PrismaClient } from '../../../prisma/client/client.ts'
import { AppError } from '../../errors.ts'
import type { Outgoing } from '../../outgoing/outgoing.ts'
import type { Deposit } from '../../storage/deposit.ts'
import { askAuthority, sayAuthority } from './ask-authority.ts'

/**
 * The anchor keeps the log's head within seconds; what a stamp adds is that somebody else says when. An hour is as exact
 * as that is ever asked for, and authorities count and charge by the stamp.
 */
const EVERY_MINUTES = 60

/** Has the newest checkpoint stamped when an hour has passed since the last one. Answers whether it was. */
export async function stampNewest(
  db: PrismaClient,
  outgoing: Outgoing,
  { url, signal }: { readonly url: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const [newest] = await db.$queryRaw<{ size: bigint; text: string }[]>`
    SELECT size, text FROM (SELECT size, text FROM audit.checkpoints ORDER BY size DESC LIMIT 1) c
    WHERE NOT EXISTS (
      SELECT FROM time_stamps t
      WHERE t.size >= c.size OR t.stamped_at > clock_timestamp() - make_interval(mins => ${EVERY_MINUTES}::int))`
  if (newest === undefined) return false
  const { stampedAt, answer } = await askAuthority(outgoing, url, { text: newest.text, signal })
  await db.$queryRaw`
    INSERT INTO time_stamps (size, authority, stamped_at, answer)
    VALUES (${newest.size}, ${sayAuthority(url)}, ${stampedAt}, ${answer}) ON CONFLICT DO NOTHING`
  return true
}

/** The name that the stamp of the checkpoint of so many blocks has at the anchor. */
export function stampName(size: bigint | number): string {
  return `${size}.tsr`
}

/** Puts stamps that are not there yet beside their checkpoints. */
export async function depositStamps(db: PrismaClient, deposit: Deposit, signal: AbortSignal): Promise<void> {
  const stamps = await db.$queryRaw<{ size: bigint; answer: Uint8Array }[]>`
    SELECT size, answer FROM time_stamps WHERE place IS DISTINCT FROM ${deposit.label} ORDER BY size LIMIT 64`
  for (const { size, answer } of stamps) {
    const name = stampName(size)
    if ((await deposit.create(name, answer, signal)) === 'there') {
      const kept = await deposit.find(name, signal)
      if (kept === null || Buffer.compare(kept.bytes, answer) !== 0)
        throw new AppError('anchor-conflict', `${deposit.label}: ${name} is there, and is another stamp.`)
    }
    await db.$queryRaw`UPDATE time_stamps SET place = ${deposit.label} WHERE size = ${size}`
  }
}
