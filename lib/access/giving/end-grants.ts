import { Prisma } from '../../../prisma/client/client.ts'
import { recordEvent } from '../../audit/record.ts'
import { eachAlone } from '../../each-alone.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { factsOfGrant, GRANT_ROW, type GrantRow } from '../grant-row.ts'
import { findGiver, findHolders, tellOfGrant } from './tell-of-grant.ts'

const SERVICE = { kind: 'service', name: 'recordroom' } as const
const AT_ONCE = 200
/** When somebody is told that a grant ends: so long before, or when a quarter of it is left, whichever is later. */
const TOLD_DAYS = 3

/** SQL: grants `g` that counted, or would have. */
const COUNTED = Prisma.sql`g.revoked_at IS NULL AND (NOT g.needs_second OR g.approved_at IS NOT NULL)`

const TELL_FROM = Prisma.sql`greatest(
  g.valid_until - make_interval(days => ${TOLD_DAYS}), g.valid_until - (g.valid_until - g.valid_from) / 4)`

/** SQL: whether the end of grant `g` is to be told now. A file may have put it off since it was told: then once more. */
const IS_TO_BE_TOLD = Prisma.sql`(
  ${COUNTED} AND g.end_recorded_at IS NULL AND g.valid_from <= now() AND g.valid_until > now() AND now() > ${TELL_FROM}
  AND (g.ending_told_at IS NULL OR g.ending_told_at <= ${TELL_FROM}))`

/**
 * Puts on record that grants have come to their end, once each, in a transaction of its own. They count no longer from
 * that moment on anyway. Answers how many.
 */
export async function recordGrantEnds({ db }: Pick<Services, 'db'>): Promise<number> {
  const due = await db.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM grants g
    WHERE ${COUNTED} AND g.end_recorded_at IS NULL AND g.valid_until <= now()
    ORDER BY g.valid_until LIMIT ${AT_ONCE}`
  return eachAlone(due, ({ id }) => db.$transaction((tx) => recordEnd(tx, id)))
}

/** Tells whom grants are for that end soon, and who gave them, once each. Answers how many. */
export async function tellGrantEnds({ db }: Pick<Services, 'db'>): Promise<number> {
  const due = await db.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM grants g
    WHERE ${IS_TO_BE_TOLD}
    ORDER BY g.valid_until LIMIT ${AT_ONCE}`
  return eachAlone(due, ({ id }) => db.$transaction((tx) => tellEnd(tx, id)))
}

async function recordEnd(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [grant] = await tx.$queryRaw<GrantRow[]>`
    UPDATE grants g SET end_recorded_at = now()
    WHERE g.id = ${id}::uuid AND ${COUNTED} AND g.end_recorded_at IS NULL AND g.valid_until <= now()
    RETURNING ${GRANT_ROW}`
  if (grant === undefined) return
  await recordEvent(tx, {
    ...{ id: newUuid(), action: 'grant.expired', outcome: 'allowed', actor: SERVICE },
    ...factsOfGrant(grant),
    after: { until: grant.validUntil.toISOString() },
  })
}

async function tellEnd(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [grant] = await tx.$queryRaw<GrantRow[]>`
    UPDATE grants g SET ending_told_at = now()
    WHERE g.id = ${id}::uuid AND ${IS_TO_BE_TOLD}
    RETURNING ${GRANT_ROW}`
  if (grant === undefined) return
  await tellOfGrant(tx, grant, {
    kind: 'grant.ending',
    to: [...(await findHolders(tx, grant)), ...(await findGiver(tx, grant))],
  })
}
