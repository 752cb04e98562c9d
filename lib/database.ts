import { PrismaPg } from '@prisma/adapter-pg'
import { type Prisma, PrismaClient } from '../prisma/client/client.ts'
import { isDatabaseGone } from './database-gone.ts'
import { AppError, isAppError } from './errors.ts'

/** What a pool lets through. */
type Pool = {
  readonly connections: number
  /** After which Postgres ends a question. */
  readonly questionMs: number
  /** After which nobody waits for Postgres any more. */
  readonly answerMs: number
}

/** How long a question waits for a connection. */
const WAIT_MS = 3_000
/** Longer than any question the product asks; what must be answered sooner uses `withinDeadline`. */
const USUAL: Pool = { connections: 20, questionMs: 30_000, answerMs: 30_000 }
/** Somebody may look for what takes long to find in the log: that has few connections, and not for long. */
const LOOKING: Pool = { connections: 4, questionMs: 5_000, answerMs: 6_000 }
const IDLE_IN_TRANSACTION_MS = 60_000
/** So long a request waits for the database. */
const DEADLINE_MS = 3_000

type Options = { readonly onPoolError?: (error: Error) => void }

/** A client and its pool. Nothing is dialled before the first query. */
export function openDatabase(url: string, options: Options = {}): PrismaClient {
  return open(url, USUAL, options)
}

/** A further one over the same database, for what people look for in the log: see `askLog`. */
export function openLogDatabase(url: string, options: Options = {}): PrismaClient {
  return open(url, LOOKING, options)
}

function open(url: string, pool: Pool, { onPoolError }: Options): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      application_name: 'recordroom',
      max: pool.connections,
      keepAlive: true,
      connectionTimeoutMillis: WAIT_MS,
      query_timeout: pool.answerMs,
      // Whoever gives up does not stop the database, which would work on at an answer that nobody takes.
      statement_timeout: pool.questionMs,
      // A transaction left open holds back what the sealer may take.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
    onPoolError === undefined ? {} : { onPoolError },
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

/**
 * The work of a transaction that `withinDeadline` waits for since `begun`, by `performance.now()`. Whoever was told that it
 * failed does it again: it is not done all the same, having waited for others.
 */
export function inTime<T>(
  begun: number,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): (tx: Prisma.TransactionClient) => Promise<T> {
  return async (tx) => {
    const result = await work(tx)
    if (performance.now() - begun >= DEADLINE_MS) throw new AppError('audit-unavailable')
    return result
  }
}
