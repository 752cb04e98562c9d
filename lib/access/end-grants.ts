import { Prisma } from '../../prisma/client/client.ts'
import { recordEvent } from '../audit/record.ts'
import { eachAlone } from '../each-alone.ts'
import { tell } from '../notices/tell.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'

const SERVICE = { kind: 'service', name: 'recordroom' } as const
const AT_ONCE = 200
/** When somebody is told that a grant ends: so long before, or when a quarter of it is left, whichever is later. */
const TOLD_DAYS = 3

type Grant = {
  readonly id: string
  readonly personId: string | null
  readonly groupName: string | null
  readonly givenBy: string | null
  readonly projectId: string | null
  readonly projectName: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly validUntil: Date
}

/** SQL: grants `g` that counted, or would have. */
const COUNTED = Prisma.sql`g.revoked_at IS NULL AND (NOT g.needs_second OR g.approved_at IS NOT NULL)`

const TELL_FROM = Prisma.sql`greatest(
  g.valid_until - make_interval(days => ${TOLD_DAYS}), g.valid_until - (g.valid_until - g.valid_from) / 4)`

/** SQL: whether the end of grant `g` is to be told now. A file may have put it off since it was told: then once more. */
const IS_TO_BE_TOLD = Prisma.sql`(
  ${COUNTED} AND g.end_recorded_at IS NULL AND g.valid_from <= now() AND g.valid_until > now() AND now() > ${TELL_FROM}
  AND (g.ending_told_at IS NULL OR g.ending_told_at <= ${TELL_FROM}))`

const RETURNED = Prisma.sql`
  g.id, g.person_id AS "personId", g.group_name AS "groupName", g.given_by AS "givenBy", g.project_id AS "projectId",
  (SELECT name FROM projects WHERE projects.id = g.project_id) AS "projectName", g.session_id AS "sessionId",
  g.archive_id AS "archiveId", g.valid_until AS "validUntil"`

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

/** Tells holders of grants that end soon, and who gave them, once each. Answers how many. */
export async function tellGrantEnds({ db }: Pick<Services, 'db'>): Promise<number> {
  const due = await db.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM grants g
    WHERE ${IS_TO_BE_TOLD}
    ORDER BY g.valid_until LIMIT ${AT_ONCE}`
  return eachAlone(due, ({ id }) => db.$transaction((tx) => tellEnd(tx, id)))
}

async function recordEnd(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [grant] = await tx.$queryRaw<Grant[]>`
    UPDATE grants g SET end_recorded_at = now()
    WHERE g.id = ${id}::uuid AND ${COUNTED} AND g.end_recorded_at IS NULL AND g.valid_until <= now()
    RETURNING ${RETURNED}`
  if (grant === undefined) return
  const { personId, groupName, projectId, projectName, sessionId, archiveId, validUntil } = grant
  await recordEvent(tx, {
    ...{ id: newUuid(), action: 'grant.expired', outcome: 'allowed', actor: SERVICE, grantId: id },
    target: personId === null ? { kind: 'group', id: groupName ?? '' } : { kind: 'person', id: personId },
    ...(projectId !== null && { projectId }),
    ...(projectName !== null && { projectName }),
    ...(sessionId !== null && { sessionId }),
    ...(archiveId !== null && { archiveId }),
    after: { until: validUntil.toISOString() },
  })
}

async function tellEnd(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [grant] = await tx.$queryRaw<Grant[]>`
    UPDATE grants g SET ending_told_at = now()
    WHERE g.id = ${id}::uuid AND ${IS_TO_BE_TOLD}
    RETURNING ${RETURNED}`
  if (grant === undefined) return
  const { personId, givenBy, projectId, projectName, validUntil } = grant
  await tell(tx, {
    kind: 'grant.ending',
    to: [personId, givenBy].filter((each) => each !== null),
    projectId,
    about: { grantId: id, project: projectName, until: validUntil.toISOString() },
  })
}
