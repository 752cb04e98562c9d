import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../prisma/client/client.ts'
import { isDatabaseGone } from './database-gone.ts'
import { AppError, isAppError } from './errors.ts'

const CONNECT_TIMEOUT_MS = 3_000
/** Longer than any question the product asks; what must be answered sooner uses `withinDeadline`. */
const QUERY_TIMEOUT_MS = 30_000
const IDLE_IN_TRANSACTION_MS = 60_000
/** So long a request waits for the database. */
export const DEADLINE_MS = 3_000

/** A client and its pool. Nothing is dialled before the first query. */
export function openDatabase(
  url: string,
  options: { readonly onPoolError?: (error: Error) => void } = {},
): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      application_name: 'recordroom',
      max: 20,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      // Whoever gives up does not stop the database, which would work on at an answer that nobody takes.
      statement_timeout: QUERY_TIMEOUT_MS,
      // A transaction left open holds back what the sealer may take.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
    options.onPoolError === undefined ? {} : { onPoolError: options.onPoolError },
  )
  return new PrismaClient({ adapter })
}

/**
 * The answer of a question to the database that a request waits for, or `audit-unavailable` at once when it is gone and
 * after three seconds when it says nothing: without it nothing is served.
 */
export async function withinDeadline<T>(question: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('audit-unavailable')), DEADLINE_MS)
  })
  try {
    return await Promise.race([question, late])
  } catch (cause) {
    if (isAppError(cause) || !isDatabaseGone(cause)) throw cause
    throw new AppError('audit-unavailable', undefined, { cause })
  } finally {
    clearTimeout(timer)
  }
}
