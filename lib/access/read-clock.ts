import type { Prisma } from '../../prisma/client/client.ts'
import { AppError } from '../errors.ts'

/** The database's clock, by which grants count. */
export async function readClock(tx: Pick<Prisma.TransactionClient, '$queryRaw'>): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  if (row === undefined) throw new AppError('internal')
  return row.now
}
