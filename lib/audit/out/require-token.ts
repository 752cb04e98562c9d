import type { PrismaClient } from '../../../prisma/client/client.ts'
import { countLogRead, countTokenGuess } from '../../auth/limits.ts'
import { countRefusal } from '../../auth/refusal-count.ts'
import { withinDeadline } from '../../database.ts'
import { AppError } from '../../errors.ts'
import { type Client, findClient } from '../../http/client.ts'
import type { Services } from '../../services.ts'
import { OUTLET_COLUMNS, type Outlet, type OutletRow, toOutlet } from './outlet-row.ts'
import { findLogToken, hashLogToken, isSameHash } from './token-text.ts'

/** Another program that reads the log, and from where it asks. */
export type LogReader = { readonly outlet: Outlet; readonly client: Client }

/**
 * Which token a request carries, as it counts at this moment. One that is missing, unknown, past its time or ended, or
 * whose maker may export no more is refused in the same words; who was refused is counted by address and minute.
 * @throws AppError `token-refused`, `rate-limited`
 */
export async function requireLogToken(services: Services, headers: Headers): Promise<LogReader> {
  const client = findClient(headers)
  const hash = hashLogToken(findLogToken(headers) ?? '')
  const outlet = await withinDeadline(findOutlet(services.db, hash))
  if (outlet === null) {
    await countTokenGuess(services, client)
    countRefusal(services, client, 'token-refused')
    throw new AppError('token-refused')
  }
  await countLogRead(services, outlet.id, client)
  return { outlet, client }
}

async function findOutlet(db: PrismaClient, hash: string): Promise<Outlet | null> {
  const [row] = await db.$queryRaw<(OutletRow & { tokenHash: string })[]>`
    SELECT o.token_hash AS "tokenHash", ${OUTLET_COLUMNS}
    FROM log_outlets o JOIN people p ON p.id = o.made_by
    WHERE o.token_hash = ${hash} AND o.ended_at IS NULL AND o.until > now()`
  if (row === undefined || !isSameHash(hash, row.tokenHash)) return null
  const { tokenHash: _, ...outlet } = row
  return toOutlet(outlet)
}
