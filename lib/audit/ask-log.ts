import type { PrismaClient } from '../../prisma/client/client.ts'
import { isDatabaseGone, isPoolFull } from '../database-gone.ts'
import { findRefusal } from '../database-refusal.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'

const RETRY_AFTER_SECONDS = 5
/** SQLSTATE query_canceled: by the pool's statement_timeout. */
const ENDED = '57014'

/**
 * Asks the log what somebody waits for: filters of its page, of pulls and of what stands beside it. It is asked over
 * connections that nothing else uses, a few at a time in each process, and the database itself ends what takes longer than
 * some seconds: whatever people look for, there is a connection left to put on record what is served. Exports have
 * connections of their own, and take as long as they need.
 * @throws AppError `log-slow`, `log-busy`, whose facts say after how many seconds to come back, `audit-unavailable`
 */
export async function askLog<T>(
  { logDb }: Pick<Services, 'logDb'>,
  ask: (db: Pick<PrismaClient, '$queryRaw' | 'project'>) => Promise<T>,
): Promise<T> {
  try {
    return await ask(logDb)
  } catch (cause) {
    if (findRefusal(cause)?.code === ENDED)
      throw new AppError(
        'log-slow',
        'Looking through the log for this takes longer than is waited for. Narrow the period, or look for one session, archive, case or person. An export may take as long as it needs.',
        { cause },
      )
    if (isPoolFull(cause))
      throw new AppError('log-busy', 'Others are looking through the log. Try again in a few seconds.', {
        cause,
        facts: { retryAfterSeconds: RETRY_AFTER_SECONDS },
      })
    if (isDatabaseGone(cause)) throw new AppError('audit-unavailable', undefined, { cause })
    throw cause
  }
}
