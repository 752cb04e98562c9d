import type { Prisma } from '../../../prisma/client/client.ts'
import { recordEvent } from '../../audit/record.ts'
import { eachAlone } from '../../each-alone.ts'
import { tell } from '../../notices/tell.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { aboutReach, isById } from '../about-reach.ts'
import { DECIDE_WITHIN_HOURS } from '../deciding.ts'
import { findAware, tellOfGrant } from '../giving/tell-of-grant.ts'
import { factsOfGrant, factsOfReach, GRANT_ROW, type GrantRow, type ReachRow } from '../grant-row.ts'
import { ASKED_PROJECT } from '../request-project.ts'

const SERVICE = { kind: 'service', name: 'recordroom' } as const
const AT_ONCE = 200

type Request = ReachRow & { readonly askedBy: string; readonly scope: string; readonly unit: string | null }

/**
 * Puts on record that requests have lapsed undecided, each in a transaction of its own: what is broken off is done by the
 * next run. They are refused from that moment on anyway. Answers how many.
 */
export async function lapseRequests({ db }: Pick<Services, 'db'>): Promise<number> {
  const requests = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM access_requests
    WHERE decision IS NULL AND asked_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    ORDER BY asked_at LIMIT ${AT_ONCE}`
  return eachAlone(requests, ({ id }) => db.$transaction((tx) => lapseRequest(tx, id)))
}

/** The same of grants that waited for a second administrator. */
export async function lapseGrants({ db }: Pick<Services, 'db'>): Promise<number> {
  const grants = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM grants
    WHERE needs_second AND approved_at IS NULL AND revoked_at IS NULL AND end_recorded_at IS NULL
      AND given_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    ORDER BY given_at LIMIT ${AT_ONCE}`
  return eachAlone(grants, ({ id }) => db.$transaction((tx) => lapseGrant(tx, id)))
}

/** By now an ID may be known that was not when it was asked for: what lapses is its project’s. */
async function lapseRequest(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [request] = await tx.$queryRaw<Request[]>`
    UPDATE access_requests q SET decision = 'lapsed', decided_at = now(), project_id = ${ASKED_PROJECT}
    WHERE q.id = ${id}::uuid AND q.decision IS NULL
      AND q.asked_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    RETURNING q.asked_by AS "askedBy", q.scope, q.project_id AS "projectId",
      (SELECT name FROM projects WHERE projects.id = q.project_id) AS "projectName",
      coalesce(q.region, (SELECT region FROM projects WHERE projects.id = q.project_id)) AS region, q.unit,
      q.session_id AS "sessionId", q.archive_id AS "archiveId"`
  if (request === undefined) return
  await recordEvent(tx, {
    ...{ id: newUuid(), action: 'request.lapsed', outcome: 'allowed', actor: SERVICE },
    ...{ target: { kind: 'request', id }, ...factsOfReach(request) },
  })
  await tell(tx, {
    ...{ kind: 'request.lapsed', to: [request.askedBy], projectId: request.projectId },
    about: {
      requestId: id,
      ...aboutReach(isById(request.scope) ? { ...request, projectName: null } : request),
    },
  })
}

async function lapseGrant(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [grant] = await tx.$queryRaw<GrantRow[]>`
    UPDATE grants g SET end_recorded_at = now()
    WHERE g.id = ${id}::uuid AND g.needs_second AND g.approved_at IS NULL AND g.revoked_at IS NULL
      AND g.end_recorded_at IS NULL AND g.given_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    RETURNING ${GRANT_ROW}`
  if (grant === undefined) return
  await recordEvent(tx, {
    ...{ id: newUuid(), action: 'grant.refused', outcome: 'allowed', code: 'lapsed', actor: SERVICE },
    ...factsOfGrant(grant),
  })
  await tellOfGrant(tx, grant, { kind: 'grant.refused', to: await findAware(tx, grant), hasWaited: true })
}
