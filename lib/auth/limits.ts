import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { PrismaClient } from '../../prisma/client/client.ts'
import type { AuditActor } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { withinDeadline } from '../database.ts'
import { AppError, isAppError } from '../errors.ts'
import type { Client } from '../http/client.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { type Actor, auditActor } from './actor.ts'
import { countRefusal } from './refusal-count.ts'

/** What a person may do so often a minute and no more. */
export type Use = 'searches' | 'opens' | 'requests'

type Limit = Use | 'signIns' | 'logReads'
type Counted = { readonly points: number; readonly expire: bigint | null }
type Past = { readonly isFirst: boolean; readonly retryAfterSeconds: number }
type Counting = {
  readonly limit: Limit
  /** Whose count it is. */
  readonly key: string
  /** Null where nobody is signed in. */
  readonly actor: AuditActor | null
  readonly client: Client
}

const WINDOW_SECONDS = 60
/** Another program, which the log knows by its token. */
const LOG_READER: AuditActor = { kind: 'service', name: 'log-out' }

const SAID = {
  searches: 'You have searched too often within a minute.',
  opens: 'You have opened too many recordings within a minute.',
  requests: 'You have asked too often within a minute.',
  signIns: 'Too many sign-ins from this address within a minute.',
  logReads: 'This token was used too often within a minute.',
} as const satisfies Record<Limit, string>

/** Counts are the database's: all processes share them. What is kept here is how to ask. */
const limiters = new WeakMap<Services, Map<Limit, RateLimiterPostgres>>()

/**
 * Counts something a person does. The first refusal of a minute is on record before it is told, the others are counted
 * into a row a minute.
 * @throws AppError `rate-limited`, whose facts say after how many seconds to come back; `audit-unavailable`
 */
export async function countUse(services: Services, actor: Actor, use: Use): Promise<void> {
  await count(services, {
    limit: use,
    key: actor.personId,
    actor: auditActor(actor),
    client: actor.client,
  })
}

/** The same for pages, which say in their own words that somebody is past a limit; null within it. */
export async function findUseRefusal(services: Services, actor: Actor, use: Use): Promise<AppError | null> {
  try {
    await countUse(services, actor, use)
    return null
  } catch (error) {
    if (isAppError(error, 'rate-limited')) return error
    throw error
  }
}

/** Counts a step of signing in against its address. Throws as `countUse`. */
export async function countSignInStep(services: Services, step: string, client: Client): Promise<void> {
  await count(services, { limit: 'signIns', key: `${step} ${client.address}`, actor: null, client })
}

/** Counts a token for the log that is none against its address, as a step of signing in. Throws as `countUse`. */
export async function countTokenGuess(services: Services, client: Client): Promise<void> {
  await count(services, { limit: 'signIns', key: `token ${client.address}`, actor: null, client })
}

/** Counts a reading of the log with a token against that token. Throws as `countUse`. */
export async function countLogRead(services: Services, tokenId: string, client: Client): Promise<void> {
  await count(services, { limit: 'logReads', key: tokenId, actor: LOG_READER, client })
}

async function count(services: Services, counting: Counting): Promise<void> {
  const past = await findPast(limiterOf(services, counting.limit), counting.key)
  if (past === null) return
  if (past.isFirst) await recordLimited(services, counting)
  else countRefusal(services, counting.client, 'rate-limited')
  const { retryAfterSeconds } = past
  throw new AppError(
    'rate-limited',
    `${SAID[counting.limit]} Try again in ${retryAfterSeconds === 1 ? 'one second' : `${retryAfterSeconds} seconds`}.`,
    { facts: { retryAfterSeconds } },
  )
}

/** How far past the limit it is; null within it. */
async function findPast(limiter: RateLimiterPostgres, key: string): Promise<Past | null> {
  try {
    await withinDeadline(limiter.consume(key))
    return null
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    return {
      isFirst: refused.consumedPoints === limiter.points + 1,
      retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
    }
  }
}

async function recordLimited(services: Services, { limit, actor, client }: Counting): Promise<void> {
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'address.refused',
    outcome: 'refused',
    code: 'rate-limited',
    ...(actor && { actor }),
    client,
    target: { kind: 'limit', id: limit },
    after: { perMinute: perMinute(services, limit) },
  })
}

function limiterOf(services: Services, limit: Limit): RateLimiterPostgres {
  const known = limiters.get(services) ?? new Map<Limit, RateLimiterPostgres>()
  limiters.set(services, known)
  const limiter = known.get(limit) ?? createLimiter(services, limit)
  known.set(limit, limiter)
  return limiter
}

function createLimiter(services: Services, limit: Limit): RateLimiterPostgres {
  const points = perMinute(services, limit)
  return new RateLimiterPostgres({
    storeClient: { query: createQuery(services.db) },
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: limit,
    points,
    duration: WINDOW_SECONDS,
    // Whoever is past the limit stays so until the minute is over; a flood of them is not the database's to count.
    inMemoryBlockOnConsumed: points + 1,
  })
}

function perMinute({ env: { limits } }: Services, limit: Limit): number {
  return limits[`${limit}PerMinute`]
}

/** What the limiter takes for a pool: the portal's own client, whose answers hold a bigint where the limiter reckons with a number. */
function createQuery(db: PrismaClient) {
  return async ({ text, values }: { readonly text: string; readonly values: readonly unknown[] }) => {
    const rows = await db.$queryRawUnsafe<Counted[]>(text, ...values)
    return {
      rowCount: rows.length,
      rows: rows.map(({ points, expire }) => ({ points, expire: expire === null ? null : Number(expire) })),
    }
  }
}
